using System.Text;

namespace SegFromScratch.Tests.Images;

/// <summary>A JPEG encoder for tests, baseline or progressive by bands: any sampling, interleaved or not, restart intervals, colour segments and orientation.
/// Plain formulas, and Huffman codes that all have eight bits.</summary>
internal sealed class TestJpeg
{
    private static readonly int[] ZigZagRowColumn = [.. Enumerable.Range(0, 64)
        .OrderBy(i => (i / 8) + (i % 8))
        .ThenBy(i => ((i / 8) + (i % 8)) % 2 == 0 ? i % 8 : i / 8)];

    private readonly List<byte> file = [];
    private int bits;
    private int bitCount;

    public int Width { get; init; } = 16;

    public int Height { get; init; } = 16;

    /// <summary>Horizontal and vertical sampling of each component.</summary>
    public (int H, int V)[] Sampling { get; init; } = [(1, 1)];

    public byte[] Identifiers { get; init; } = [1, 2, 3, 4];

    public int RestartInterval { get; init; }

    public bool Interleaved { get; init; } = true;

    /// <summary>First the DC coefficients of all components, then two bands of AC coefficients of each.</summary>
    public bool Progressive { get; init; }

    public int? AdobeTransform { get; init; }

    public int? Orientation { get; init; }

    public int Step { get; init; } = 3;

    /// <summary>Sample of a component at a place in the picture's own pixels.</summary>
    public Func<int, double, double, double> Sample { get; init; } = (component, x, y) =>
        128 + (90 * Math.Sin((x / (5.0 + component)) + component) * Math.Cos(y / (7.0 - component)));

    public byte[] Encode()
    {
        file.AddRange([0xFF, 0xD8]);
        if (Orientation is { } orientation)
            Segment(0xE1, [.. Encoding.ASCII.GetBytes("Exif\0\0MM\0*"), 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0]);
        if (AdobeTransform is { } transform)
            Segment(0xEE, [.. Encoding.ASCII.GetBytes("Adobe"), 0, 100, 0, 0, 0, 0, (byte)transform]);
        Segment(0xDB, [0, .. Enumerable.Repeat((byte)Step, 64)]);
        Segment((byte)(Progressive ? 0xC2 : 0xC0), [8, (byte)(Height >> 8), (byte)Height, (byte)(Width >> 8), (byte)Width, (byte)Sampling.Length,
            .. Sampling.SelectMany((factor, i) => new byte[] { Identifiers[i], (byte)((factor.H << 4) | factor.V), 0 })]);
        Segment(0xC4, [0x00, .. EightBitCounts(12), .. Enumerable.Range(0, 12).Select(i => (byte)i)]);
        Segment(0xC4, [0x10, .. EightBitCounts(255), .. Enumerable.Range(0, 255).Select(i => (byte)i)]);
        if (RestartInterval > 0)
            Segment(0xDD, [(byte)(RestartInterval >> 8), (byte)RestartInterval]);
        int[] all = [.. Enumerable.Range(0, Sampling.Length)];
        foreach (int[] components in Interleaved ? [all] : all.Select(i => new[] { i }))
            Scan(components, 0, Progressive ? 0 : 63);
        foreach ((int first, int last) in Progressive ? [(1, 5), (6, 63)] : Array.Empty<(int, int)>())
        {
            foreach (int component in all)
                Scan([component], first, last);
        }

        file.AddRange([0xFF, 0xD9]);
        return [.. file];
    }

    private static byte[] EightBitCounts(int count) => [0, 0, 0, 0, 0, 0, 0, (byte)count, 0, 0, 0, 0, 0, 0, 0, 0];

    private void Segment(byte marker, byte[] content) =>
        file.AddRange([0xFF, marker, (byte)((content.Length + 2) >> 8), (byte)(content.Length + 2), .. content]);

    private void Scan(int[] components, int first, int last)
    {
        Segment(0xDA, [(byte)components.Length, .. components.SelectMany(i => new byte[] { Identifiers[i], 0 }), (byte)first, (byte)last, 0]);
        (int maximumH, int maximumV) = (Sampling.Max(factor => factor.H), Sampling.Max(factor => factor.V));
        (int across, int down) = (Ceiling(Width, 8 * maximumH), Ceiling(Height, 8 * maximumV));
        bool single = components.Length == 1;
        if (single)
        {
            (int h, int v) = Sampling[components[0]];
            (across, down) = (Ceiling(Ceiling(Width * h, maximumH), 8), Ceiling(Ceiling(Height * v, maximumV), 8));
        }

        int[] predictors = new int[Sampling.Length];
        for (int unit = 0; unit < across * down; unit++)
        {
            if (RestartInterval > 0 && unit > 0 && unit % RestartInterval == 0)
            {
                Flush();
                file.AddRange([0xFF, (byte)(0xD0 + (((unit / RestartInterval) - 1) % 8))]);
                Array.Clear(predictors);
            }

            foreach (int component in components)
            {
                (int h, int v) = single ? (1, 1) : Sampling[component];
                for (int block = 0; block < h * v; block++)
                    Block(component, (unit % across * h) + (block % h), (unit / across * v) + (block / h), first, last, ref predictors[component]);
            }
        }

        Flush();
    }

    private void Block(int component, int blockX, int blockY, int first, int last, ref int predictor)
    {
        (double scaleX, double scaleY) = ((double)Sampling.Max(factor => factor.H) / Sampling[component].H, (double)Sampling.Max(factor => factor.V) / Sampling[component].V);
        double[] samples = new double[64];
        for (int i = 0; i < 64; i++)
        {
            double x = ((blockX * 8) + (i % 8) + 0.5) * scaleX;
            double y = ((blockY * 8) + (i / 8) + 0.5) * scaleY;
            samples[i] = Math.Round(Math.Clamp(Sample(component, x, y), 0, 255)) - 128;
        }

        int[] coefficients = [.. ZigZagRowColumn.Select(place => (int)Math.Round(Frequency(samples, place % 8, place / 8) / Step))];
        if (first == 0)
        {
            Number(coefficients[0] - predictor, 0);
            predictor = coefficients[0];
        }

        int run = 0;
        for (int i = Math.Max(1, first); i <= last; i++, run++)
        {
            if (coefficients[i] == 0)
                continue;
            for (; run > 15; run -= 16)
                Put(0xF0, 8);
            Number(coefficients[i], run << 4);
            run = -1;
        }

        if (run > 0)
            Put(0, 8);
    }

    private static double Frequency(double[] samples, int u, int v)
    {
        double sum = 0;
        for (int i = 0; i < 64; i++)
            sum += samples[i] * Math.Cos(((2 * (i % 8)) + 1) * u * Math.PI / 16) * Math.Cos(((2 * (i / 8)) + 1) * v * Math.PI / 16);
        return sum / 4 * (u == 0 ? Math.Sqrt(0.5) : 1) * (v == 0 ? Math.Sqrt(0.5) : 1);
    }

    private void Number(int value, int runBits)
    {
        int size = 0;
        while (Math.Abs(value) >> size != 0)
            size++;
        Put(runBits | size, 8);
        Put(value >= 0 ? value : value + (1 << size) - 1, size);
    }

    private void Put(int value, int count)
    {
        for (int i = count - 1; i >= 0; i--)
        {
            bits = (bits << 1) | ((value >> i) & 1);
            if (++bitCount < 8)
                continue;
            file.Add((byte)bits);
            if ((byte)bits == 0xFF)
                file.Add(0);
            (bits, bitCount) = (0, 0);
        }
    }

    private void Flush()
    {
        while (bitCount != 0)
            Put(1, 1);
    }

    private static int Ceiling(int value, int divisor) => (value + divisor - 1) / divisor;
}

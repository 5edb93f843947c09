using SegFromScratch.Training.Data;
using SegFromScratch.Training.Images;

namespace SegFromScratch.Training.Inspection;

/// <summary>
/// Counts samples. Everything counted is a whole number, so sums do not depend on the order in which samples come or on how they are shared
/// among threads.
/// </summary>
internal sealed class SampleStatistics(int classCount, bool masksMayOverlap)
{
    /// <summary>The most examples kept of each class.</summary>
    public const int ExamplesPerClass = 3;

    private const int Channels = 3;

    private readonly SortedSet<int>[] _examples = [.. Enumerable.Range(0, classCount + 1).Select(_ => new SortedSet<int>())];

    public int Images { get; private set; }

    public int EmptyImages { get; private set; }

    public long Pixels { get; private set; }

    public long VoidPixels { get; private set; }

    public long[] ClassPixels { get; } = new long[classCount];

    public int[] ClassImages { get; } = new int[classCount];

    /// <summary>Element n: images with n classes.</summary>
    public int[] ImagesByClassCount { get; } = new int[classCount + 1];

    /// <summary>Sums of bytes and of their squares, a channel each. Squares of 10^13 pixels fit.</summary>
    public long[] Sums { get; } = new long[Channels];

    public long[] SquareSums { get; } = new long[Channels];

    public Dictionary<(int Width, int Height), int> Sizes { get; } = [];

    /// <summary>Messages by the samples' numbers.</summary>
    public SortedDictionary<int, string> Broken { get; } = [];

    /// <summary>The first samples of each class, and as last element the first that show nothing.</summary>
    public IReadOnlyList<IReadOnlyCollection<int>> Examples => _examples;

    /// <summary>Counts a sample.</summary>
    public void Add(int index, Sample sample)
    {
        long[] pixels = new long[classCount];
        long ignored = sample.Target.CountPixels(pixels);
        int present = 0;
        for (int each = 0; each < classCount; each++)
        {
            if (pixels[each] == 0)
                continue;
            present++;
            ClassPixels[each] += pixels[each];
            ClassImages[each]++;
            Keep(each, index);
        }
        ImagesByClassCount[present]++;
        if (present == 0 || (!masksMayOverlap && present == 1 && pixels[0] > 0))
        {
            EmptyImages++;
            Keep(classCount, index);
        }
        Image image = sample.Image;
        (int, int) size = (image.Width, image.Height);
        Sizes[size] = Sizes.GetValueOrDefault(size) + 1;
        Images++;
        Pixels += (long)image.Width * image.Height;
        VoidPixels += ignored;
        AddColors(image.Pixels);
    }

    /// <summary>Adds what another thread counted.</summary>
    public void Add(SampleStatistics other)
    {
        Images += other.Images;
        EmptyImages += other.EmptyImages;
        Pixels += other.Pixels;
        VoidPixels += other.VoidPixels;
        for (int each = 0; each < classCount; each++)
        {
            ClassPixels[each] += other.ClassPixels[each];
            ClassImages[each] += other.ClassImages[each];
        }
        for (int each = 0; each <= classCount; each++)
        {
            ImagesByClassCount[each] += other.ImagesByClassCount[each];
            foreach (int index in other._examples[each])
                Keep(each, index);
        }
        for (int channel = 0; channel < Channels; channel++)
        {
            Sums[channel] += other.Sums[channel];
            SquareSums[channel] += other.SquareSums[channel];
        }
        foreach (((int, int) size, int images) in other.Sizes)
            Sizes[size] = Sizes.GetValueOrDefault(size) + images;
        foreach ((int index, string message) in other.Broken)
            Broken.Add(index, message);
    }

    private void Keep(int kind, int index)
    {
        _examples[kind].Add(index);
        if (_examples[kind].Count > ExamplesPerClass)
            _examples[kind].Remove(_examples[kind].Max);
    }

    private void AddColors(ReadOnlySpan<byte> pixels)
    {
        Span<long> sums = stackalloc long[Channels], squares = stackalloc long[Channels];
        sums.Clear();
        squares.Clear();
        for (int i = 0; i < pixels.Length; i += Channels)
        {
            int red = pixels[i], green = pixels[i + 1], blue = pixels[i + 2];
            sums[0] += red;
            sums[1] += green;
            sums[2] += blue;
            squares[0] += red * red;
            squares[1] += green * green;
            squares[2] += blue * blue;
        }
        for (int channel = 0; channel < Channels; channel++)
        {
            Sums[channel] += sums[channel];
            SquareSums[channel] += squares[channel];
        }
    }
}

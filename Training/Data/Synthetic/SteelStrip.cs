using System.Numerics;
using SegFromScratch.Training.Data.Severstal;
using SegFromScratch.Training.Images;

namespace SegFromScratch.Training.Data.Synthetic;

/// <summary>A strip with its masks, whose memory serves one picture after the other: some hundred are painted at the start of a first run.</summary>
internal sealed class SteelStrip
{
    private readonly float[] _plane;
    private readonly float[] _rough;
    private readonly byte[] _masks;

    /// <summary>A strip on which nothing is painted.</summary>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    public SteelStrip(int width, int height)
    {
        Image = new Image(width, height, channels: 1);
        (_plane, _rough, _masks) = (new float[width * height], new float[width * height], new byte[SeverstalTable.ClassCount * width * height]);
    }

    /// <summary>The picture that was painted last.</summary>
    public Image Image { get; }

    /// <summary>Paints a strip with one defect of each of the given classes.</summary>
    /// <param name="classes">Class numbers, 1 to 4.</param>
    /// <param name="random">Decides every pixel.</param>
    public void Paint(int[] classes, ref SeededRandom random)
    {
        Array.Clear(_plane);
        Array.Clear(_masks);
        var painter = new SteelDefects(_plane, _rough, Image.Width, Image.Height, SteelBackground.Paint(_plane, Image.Width, Image.Height, ref random));
        foreach (int classId in classes)
        {
            // A defect that fell wholly beside the strip is drawn anew: the table promises one.
            do
                painter.Paint(classId, Mask(classId), ref random);
            while (!Mask(classId).Contains((byte)1));
        }

        Round(_plane, Image.Pixels);
    }

    /// <summary>The run lengths of a class's mask.</summary>
    /// <param name="classId">The class's number, 1 to 4.</param>
    public string EncodedMask(int classId) => RunLengthEncoding.Encode(Mask(classId), Image.Width, Image.Height);

    private Span<byte> Mask(int classId) => _masks.AsSpan((classId - 1) * _plane.Length, _plane.Length);

    private static void Round(ReadOnlySpan<float> values, Span<byte> pixels)
    {
        int i = 0, lanes = Vector<int>.Count;
        for (; i <= values.Length - (4 * lanes); i += 4 * lanes)
        {
            Vector<ushort> low = Vector.Narrow(Whole(values[i..]), Whole(values[(i + lanes)..]));
            Vector<ushort> high = Vector.Narrow(Whole(values[(i + (2 * lanes))..]), Whole(values[(i + (3 * lanes))..]));
            Vector.Narrow(low, high).CopyTo(pixels[i..]);
        }

        for (; i < values.Length; i++)
            pixels[i] = (byte)Math.Clamp(values[i] + 0.5f, 0, 255);

        static Vector<uint> Whole(ReadOnlySpan<float> values) =>
            Vector.AsVectorUInt32(Vector.ConvertToInt32(Vector.Min(Vector.Max(new Vector<float>(values) + new Vector<float>(0.5f), Vector<float>.Zero), new Vector<float>(255))));
    }
}

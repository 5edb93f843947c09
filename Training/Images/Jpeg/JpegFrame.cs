using System.Buffers.Binary;

namespace SegFromScratch.Training.Images.Jpeg;

/// <summary>The frame header (T.81, B.2.2): the picture's size, how it is coded and the components it is made of.</summary>
internal sealed class JpegFrame
{
    private const int FixedBytes = 6;
    private const int ComponentBytes = 3;

    private JpegFrame(int width, int height, bool progressive, JpegComponent[] components)
    {
        (Width, Height, IsProgressive, Components) = (width, height, progressive, components);
        MaximumHorizontal = components.Max(component => component.Horizontal);
        MaximumVertical = components.Max(component => component.Vertical);
        UnitColumns = (width + (8 * MaximumHorizontal) - 1) / (8 * MaximumHorizontal);
        UnitRows = (height + (8 * MaximumVertical) - 1) / (8 * MaximumVertical);
        foreach (JpegComponent component in components)
            component.SetSize(this);
    }

    public int Width { get; }

    public int Height { get; }

    public bool IsProgressive { get; }

    public JpegComponent[] Components { get; }

    public int MaximumHorizontal { get; }

    public int MaximumVertical { get; }

    /// <summary>Interleaved units (MCUs) across the picture.</summary>
    public int UnitColumns { get; }

    /// <summary>Interleaved units down the picture.</summary>
    public int UnitRows { get; }

    /// <summary>Reads a frame header; allocates nothing of the picture's size.</summary>
    public static JpegFrame Parse(ImageSource source, byte marker, ReadOnlySpan<byte> content)
    {
        if (marker is not (JpegMarker.BaselineFrame or JpegMarker.ExtendedFrame or JpegMarker.ProgressiveFrame))
            throw source.Error($"this is a {Describe(marker)} JPEG, which is not read; save it as baseline or progressive JPEG, or as PNG.");
        if (content.Length < FixedBytes)
            throw source.Error("the JPEG frame header is too short.");
        if (content[0] != 8)
            throw source.Error($"this JPEG has {content[0]} bits a sample, and only 8 are read; convert it to an 8-bit JPEG or to PNG.");
        int height = BinaryPrimitives.ReadUInt16BigEndian(content[1..]);
        int width = BinaryPrimitives.ReadUInt16BigEndian(content[3..]);
        int count = content[5];
        if (height == 0)
            throw source.Error("this JPEG gives its height only behind the first scan (DNL), which is not read; save it again.");
        source.CheckSize(width, height);
        if (count is not (1 or 3 or 4))
            throw source.Error($"this JPEG has {count} components, and 1, 3 or 4 are read.");
        if (content.Length != FixedBytes + (count * ComponentBytes))
            throw source.Error($"the JPEG frame header has {content.Length} bytes, which do not fit {count} components.");

        JpegComponent[] components = new JpegComponent[count];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> entry = content.Slice(FixedBytes + (i * ComponentBytes), ComponentBytes);
            (int horizontal, int vertical) = (entry[1] >> 4, entry[1] & 15);
            if (horizontal is < 1 or > 4 || vertical is < 1 or > 4 || entry[2] > 3)
                throw source.Error($"the JPEG component {entry[0]} has sampling {horizontal}x{vertical} and quantisation table {entry[2]}, which do not exist.");
            byte identifier = entry[0];
            if (components.Take(i).Any(other => other.Identifier == identifier))
                throw source.Error($"the JPEG frame has two components {identifier}.");
            components[i] = new JpegComponent(identifier, horizontal, vertical, entry[2]);
        }

        return new JpegFrame(width, height, marker == JpegMarker.ProgressiveFrame, components);
    }

    /// <summary>Allocates the components, once it is known that the file is long enough to fill them.</summary>
    public void Allocate(ImageSource source)
    {
        // Each block costs at least the one bit of the shortest DC code.
        long leastBits = Components.Sum(component => (long)component.UsedBlockColumns * component.UsedBlockRows);
        if (leastBits > source.Data.LongLength * 8)
            throw source.Error($"this JPEG is truncated: {source.Data.Length} bytes cannot hold {Width}x{Height} pixels.");
        foreach (JpegComponent component in Components)
            component.Allocate(source, IsProgressive);
    }

    private static string Describe(byte marker) => (marker & 15) switch
    {
        3 => "lossless",
        >= 5 and <= 7 => "hierarchical",
        11 => "lossless, arithmetic-coded",
        >= 13 => "hierarchical, arithmetic-coded",
        _ => "arithmetic-coded",
    };
}

using System.Buffers.Binary;

namespace SegFromScratch.Training.Images.Png;

/// <summary>How the samples of a pixel make a colour (W3C PNG, 11.2.1).</summary>
internal enum PngColourType
{
    Grey = 0,
    Rgb = 2,
    Palette = 3,
    GreyAlpha = 4,
    Rgba = 6,
}

/// <summary>The IHDR chunk (W3C PNG, 11.2.1).</summary>
internal readonly record struct PngHeader(int Width, int Height, int BitDepth, PngColourType ColourType, bool Interlaced)
{
    /// <summary>Bytes of the chunk's data.</summary>
    public const int Length = 13;

    /// <summary>Samples a pixel.</summary>
    public int Channels => ColourType switch
    {
        PngColourType.Rgb => 3,
        PngColourType.GreyAlpha => 2,
        PngColourType.Rgba => 4,
        _ => 1,
    };

    /// <summary>Bytes from a byte to the one of the pixel before it, as the filters count them (9.2): at least 1.</summary>
    public int FilterStep => Math.Max(1, Channels * BitDepth / 8);

    /// <summary>Bytes a pixel once every sample has whole bytes.</summary>
    public int UnpackedPixelBytes => Channels * (BitDepth == 16 ? 2 : 1);

    /// <summary>Bytes of a packed row of <paramref name="width"/> pixels, without its filter byte.</summary>
    public int RowBytes(int width) => checked((int)((((long)width * Channels * BitDepth) + 7) / 8));

    public static PngHeader Parse(ImageSource source, ReadOnlySpan<byte> data)
    {
        if (data.Length != Length)
            throw source.Error($"the PNG header has {data.Length} bytes, not {Length}.");
        uint width = BinaryPrimitives.ReadUInt32BigEndian(data);
        uint height = BinaryPrimitives.ReadUInt32BigEndian(data[4..]);
        source.CheckSize(width, height);
        if (width > int.MaxValue || height > int.MaxValue)
            throw source.Error($"{width}x{height} pixels are beyond what PNG allows.");
        (int depth, int colour) = (data[8], data[9]);
        bool allowed = colour switch
        {
            0 => depth is 1 or 2 or 4 or 8 or 16,
            3 => depth is 1 or 2 or 4 or 8,
            2 or 4 or 6 => depth is 8 or 16,
            _ => false,
        };
        if (!allowed)
            throw source.Error($"PNG has no colour type {colour} with {depth} bits a sample.");
        if (data[10] != 0 || data[11] != 0 || data[12] > 1)
            throw source.Error("the PNG header names an unknown compression, filter or interlace method.");
        if ((((long)width * 64) + 7) / 8 > int.MaxValue)
            throw source.Error($"rows of {width} pixels are too long.");
        return new PngHeader((int)width, (int)height, depth, (PngColourType)colour, data[12] == 1);
    }
}

using System.Buffers.Binary;

namespace SegFromScratch.Training.Images.Png;

/// <summary>Gives the samples of a PNG their meaning: colours for a picture, numbers for a class map.</summary>
internal static class PngDecoder
{
    /// <summary>Grey stays one channel; colours become three; whatever carries transparency becomes four.</summary>
    public static Image Read(ImageSource source)
    {
        PngChunks chunks = PngChunks.Read(source);
        byte[] raster = PngRaster.Read(source, chunks);
        PngHeader header = chunks.Header;
        if (header.ColourType == PngColourType.Palette)
            return ExpandPalette(source, chunks, raster);

        byte[] samples = ScaleToEightBits(header.BitDepth, raster);
        if (chunks.Transparency is { } transparent)
            return AddAlpha(source, header, samples, raster, transparent);
        return header.ColourType == PngColourType.GreyAlpha
            ? new Image(header.Width, header.Height, 4, GreyAlphaToRgba(source, samples))
            : new Image(header.Width, header.Height, header.Channels, samples);
    }

    /// <summary>Numbers as they stand in the file: palette indices, or grey values that are not scaled.</summary>
    public static IndexMask ReadMask(ImageSource source)
    {
        PngChunks chunks = PngChunks.Read(source);
        PngHeader header = chunks.Header;
        byte[] raster = PngRaster.Read(source, chunks);
        if (header.BitDepth == 16)
            raster = TakeLowBytes(source, raster);
        if (header.Channels == 1)
            return new IndexMask(header.Width, header.Height, raster);

        byte[] labels = source.Allocate((long)header.Width * header.Height);
        int channels = header.Channels;
        for (int i = 0; i < labels.Length; i++)
        {
            ReadOnlySpan<byte> pixel = raster.AsSpan(i * channels, channels);
            if (channels >= 3 && (pixel[0] != pixel[1] || pixel[0] != pixel[2]))
            {
                throw source.Error($"a class map needs one number a pixel, and the pixel in row {i / header.Width}, column {i % header.Width} "
                    + $"is the colour ({pixel[0]}, {pixel[1]}, {pixel[2]}); save it as palette or grey PNG.");
            }

            labels[i] = pixel[0];
        }

        return new IndexMask(header.Width, header.Height, labels);
    }

    /// <summary>1 where any sample but alpha is not 0.</summary>
    public static IndexMask ReadForeground(ImageSource source)
    {
        PngChunks chunks = PngChunks.Read(source);
        PngHeader header = chunks.Header;
        byte[] raster = PngRaster.Read(source, chunks);
        int step = header.UnpackedPixelBytes, alpha = header.Channels is 2 or 4 ? step / header.Channels : 0;
        byte[] labels = source.Allocate((long)header.Width * header.Height);
        for (int i = 0; i < labels.Length; i++)
            labels[i] = raster.AsSpan(i * step, step - alpha).ContainsAnyExcept((byte)0) ? (byte)1 : (byte)0;
        return new IndexMask(header.Width, header.Height, labels);
    }

    private static byte[] TakeLowBytes(ImageSource source, byte[] raster)
    {
        byte[] low = new byte[raster.Length / 2];
        for (int i = 0; i < low.Length; i++)
        {
            if (raster[2 * i] != 0)
                throw source.Error($"a class map holds numbers up to 255, and this 16-bit PNG has {BinaryPrimitives.ReadUInt16BigEndian(raster.AsSpan(2 * i))}.");
            low[i] = raster[(2 * i) + 1];
        }

        return low;
    }

    /// <summary>value * 255 / (2^depth - 1), rounded (W3C PNG, 13.12); 8 bits are returned as they are.</summary>
    private static byte[] ScaleToEightBits(int bitDepth, byte[] raster)
    {
        if (bitDepth == 8)
            return raster;
        byte[] scaled;
        if (bitDepth == 16)
        {
            scaled = new byte[raster.Length / 2];
            for (int i = 0; i < scaled.Length; i++)
                scaled[i] = (byte)(((BinaryPrimitives.ReadUInt16BigEndian(raster.AsSpan(2 * i)) * 255) + 32767) / 65535);
            return scaled;
        }

        int factor = 255 / ((1 << bitDepth) - 1);
        scaled = new byte[raster.Length];
        for (int i = 0; i < scaled.Length; i++)
            scaled[i] = (byte)(raster[i] * factor);
        return scaled;
    }

    private static byte[] GreyAlphaToRgba(ImageSource source, byte[] samples)
    {
        byte[] pixels = source.Allocate(samples.LongLength * 2);
        for (int i = 0; i < samples.Length; i += 2)
        {
            Span<byte> pixel = pixels.AsSpan(2 * i, 4);
            pixel[..3].Fill(samples[i]);
            pixel[3] = samples[i + 1];
        }

        return pixels;
    }

    /// <summary>The one transparent colour of a tRNS chunk is compared before scaling, at the depth of the file (13.12).</summary>
    private static Image AddAlpha(ImageSource source, PngHeader header, byte[] samples, byte[] raster, byte[] transparent)
    {
        int channels = header.Channels;
        int rasterStep = header.UnpackedPixelBytes;
        byte[] key = header.BitDepth == 16 ? transparent : [.. transparent.Where((_, index) => index % 2 == 1)];
        byte[] pixels = source.Allocate((long)header.Width * header.Height * 4);
        for (int i = 0; i < header.Width * header.Height; i++)
        {
            Span<byte> pixel = pixels.AsSpan(4 * i, 4);
            for (int channel = 0; channel < 3; channel++)
                pixel[channel] = samples[(i * channels) + (channels == 3 ? channel : 0)];
            pixel[3] = raster.AsSpan(i * rasterStep, rasterStep).SequenceEqual(key) ? (byte)0 : (byte)255;
        }

        return new Image(header.Width, header.Height, 4, pixels);
    }

    private static Image ExpandPalette(ImageSource source, PngChunks chunks, byte[] raster)
    {
        int channels = chunks.Transparency is null ? 3 : 4;
        int colours = chunks.Palette.Length / 3;
        byte[] table = new byte[colours * channels];
        for (int i = 0; i < colours; i++)
        {
            chunks.Palette.AsSpan(3 * i, 3).CopyTo(table.AsSpan(channels * i));
            if (chunks.Transparency is { } alpha)
                table[(channels * i) + 3] = i < alpha.Length ? alpha[i] : (byte)255;
        }

        byte[] pixels = source.Allocate(raster.LongLength * channels);
        for (int i = 0; i < raster.Length; i++)
        {
            if (raster[i] >= colours)
                throw source.Error($"a pixel has palette index {raster[i]}, and the palette ends at {colours - 1}.");
            table.AsSpan(raster[i] * channels, channels).CopyTo(pixels.AsSpan(i * channels));
        }

        return new Image(chunks.Header.Width, chunks.Header.Height, channels, pixels);
    }
}

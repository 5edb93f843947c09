namespace SegFromScratch.Training.Images.Jpeg;

/// <summary>What the components of a JPEG stand for. T.81 does not say; JFIF (T.871) and Adobe's APP14 segment do.</summary>
internal enum JpegColourSpace
{
    Grey,
    YCbCr,
    Rgb,
    Cmyk,
    Ycck,
}

/// <summary>Turns rows of components into rows of grey or RGB pixels.</summary>
internal static class JpegColours
{
    /// <summary>Which colours a frame has.</summary>
    /// <param name="frame">Its components.</param>
    /// <param name="hasJfif">Whether a JFIF segment is there, which promises grey or YCbCr.</param>
    /// <param name="adobeTransform">The transform byte of the Adobe segment: 0 none, 1 YCbCr, 2 YCCK; null without that segment.</param>
    public static JpegColourSpace Choose(JpegFrame frame, bool hasJfif, int? adobeTransform)
    {
        JpegComponent[] components = frame.Components;
        if (components.Length == 1)
            return JpegColourSpace.Grey;
        if (components.Length == 4)
            return adobeTransform == 2 ? JpegColourSpace.Ycck : JpegColourSpace.Cmyk;
        if (hasJfif)
            return JpegColourSpace.YCbCr;
        if (adobeTransform is not null)
            return adobeTransform == 0 ? JpegColourSpace.Rgb : JpegColourSpace.YCbCr;
        bool namedRgb = components[0].Identifier == 'R' && components[1].Identifier == 'G' && components[2].Identifier == 'B';
        return namedRgb ? JpegColourSpace.Rgb : JpegColourSpace.YCbCr;
    }

    /// <summary>The picture in one channel for grey, in three otherwise.</summary>
    public static Image ToImage(ImageSource source, JpegFrame frame, JpegColourSpace space)
    {
        int channels = space == JpegColourSpace.Grey ? 1 : 3;
        int rowBytes = frame.Width * channels;
        byte[] pixels = source.Allocate((long)rowBytes * frame.Height);
        ChromaUpsampler[] components = [.. frame.Components.Select(component => new ChromaUpsampler(component, frame))];
        for (int y = 0; y < frame.Height; y++)
        {
            Span<byte> row = pixels.AsSpan(y * rowBytes, rowBytes);
            ReadOnlySpan<byte> first = components[0].Row(y)[..frame.Width];
            if (space == JpegColourSpace.Grey)
            {
                first.CopyTo(row);
                continue;
            }

            ReadOnlySpan<byte> second = components[1].Row(y)[..frame.Width];
            ReadOnlySpan<byte> third = components[2].Row(y)[..frame.Width];
            if (space is JpegColourSpace.YCbCr or JpegColourSpace.Ycck)
                WriteFromYCbCr(first, second, third, row);
            else
                Interleave(first, second, third, row);
            if (space == JpegColourSpace.Ycck)
                Invert(row);
            if (space is JpegColourSpace.Cmyk or JpegColourSpace.Ycck)
                Darken(row, components[3].Row(y));
        }

        return new Image(frame.Width, frame.Height, channels, pixels);
    }

    /// <summary>R = Y + 1.402 Cr, G = Y - 0.344136 Cb - 0.714136 Cr, B = Y + 1.772 Cb, with Cb and Cr less 128 (T.871, clause 7),
    /// in whole numbers of 16 fractional bits.</summary>
    private static void WriteFromYCbCr(ReadOnlySpan<byte> luma, ReadOnlySpan<byte> blueness, ReadOnlySpan<byte> redness, Span<byte> row)
    {
        const int half = 1 << 15;
        blueness = blueness[..luma.Length];
        redness = redness[..luma.Length];
        for (int x = 0; x < luma.Length; x++)
        {
            int y = luma[x];
            int cb = blueness[x] - 128;
            int cr = redness[x] - 128;
            Span<byte> pixel = row.Slice(3 * x, 3);
            pixel[0] = (byte)Math.Clamp(y + (((91881 * cr) + half) >> 16), 0, 255);
            pixel[1] = (byte)Math.Clamp(y + (((-22554 * cb) - (46802 * cr) + half) >> 16), 0, 255);
            pixel[2] = (byte)Math.Clamp(y + (((116130 * cb) + half) >> 16), 0, 255);
        }
    }

    private static void Interleave(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third, Span<byte> row)
    {
        for (int x = 0; x < first.Length; x++)
        {
            Span<byte> pixel = row.Slice(3 * x, 3);
            (pixel[0], pixel[1], pixel[2]) = (first[x], second[x], third[x]);
        }
    }

    /// <summary>YCCK holds the complements of the stored inks as YCbCr, and the black one unchanged.</summary>
    private static void Invert(Span<byte> row)
    {
        for (int i = 0; i < row.Length; i++)
            row[i] = (byte)(255 - row[i]);
    }

    /// <summary>Adobe stores inks inverted (255 is no ink), so a colour is (255 - C)(255 - K) / 255 by one product of stored bytes.</summary>
    private static void Darken(Span<byte> row, ReadOnlySpan<byte> black)
    {
        for (int i = 0; i < row.Length; i++)
            row[i] = (byte)(((row[i] * black[i / 3]) + 127) / 255);
    }
}

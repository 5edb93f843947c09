namespace SegFromScratch.Training.Images.Jpeg;

/// <summary>Reads a JPEG from its first marker to its last (T.81, B.2), then turns its components into pixels.</summary>
internal sealed class JpegDecoder
{
    private readonly ImageSource source;
    private readonly JpegSegmentReader segments;
    private readonly JpegTables tables;
    private JpegFrame? frame;
    private bool hasJfif;
    private int? adobeTransform;
    private int? orientation;
    private int scans;

    private JpegDecoder(ImageSource source)
    {
        this.source = source;
        segments = new JpegSegmentReader(source);
        tables = new JpegTables(source);
    }

    /// <summary>Decodes a whole file, EXIF orientation applied.</summary>
    public static Image Read(ImageSource source)
    {
        JpegDecoder decoder = new(source);
        while (true)
        {
            if (!decoder.segments.TryRead(out byte marker, out ReadOnlySpan<byte> content))
                throw source.Error("this JPEG is truncated: it ends before its end marker.");
            if (marker == JpegMarker.EndOfImage)
                break;
            decoder.Take(marker, content);
        }

        return decoder.Finish();
    }

    /// <summary>The size of the upright picture from the headers before the first scan; false where the data end before them.</summary>
    public static bool TryReadSize(ImageSource source, out (int Width, int Height) size)
    {
        size = default;
        JpegDecoder decoder = new(source);
        while (decoder.segments.TryRead(out byte marker, out ReadOnlySpan<byte> content))
        {
            if (marker == JpegMarker.EndOfImage)
                throw source.Error("this JPEG has no picture.");
            if (marker == JpegMarker.StartOfScan)
            {
                JpegFrame frame = decoder.frame ?? throw decoder.NoFrame();
                size = ExifOrientation.SwapsSides(decoder.orientation ?? ExifOrientation.Upright)
                    ? (frame.Height, frame.Width)
                    : (frame.Width, frame.Height);
                return true;
            }

            decoder.TakeHeader(marker, content);
        }

        return false;
    }

    private void Take(byte marker, ReadOnlySpan<byte> content)
    {
        if (marker == JpegMarker.StartOfScan)
            TakeScan(content);
        else
            TakeHeader(marker, content);
    }

    private void TakeHeader(byte marker, ReadOnlySpan<byte> content)
    {
        switch (marker)
        {
            case JpegMarker.QuantisationTables:
                tables.ReadQuantisation(content);
                break;
            case JpegMarker.HuffmanTables:
                tables.ReadHuffman(content);
                break;
            case JpegMarker.RestartInterval:
                tables.ReadRestartInterval(content);
                break;
            case JpegMarker.Jfif:
                hasJfif |= content.StartsWith("JFIF\0"u8);
                break;
            case JpegMarker.Exif:
                orientation ??= ExifOrientation.Find(content);
                break;
            case JpegMarker.Adobe:
                // "Adobe", version and two words of flags come before the transform.
                if (content.StartsWith("Adobe"u8) && content.Length >= 12)
                    adobeTransform = content[11];
                break;
            case JpegMarker.StartOfImage:
                throw source.Error("a second JPEG begins inside this one.");
            case JpegMarker.NumberOfLines:
                throw source.Error("this JPEG changes its height behind the first scan (DNL), which is not read; save it again.");
            case JpegMarker.ArithmeticConditioning:
                throw source.Error("this is an arithmetic-coded JPEG, which is not read; save it as baseline or progressive JPEG, or as PNG.");
            default:
                if (JpegMarker.IsFrame(marker))
                    TakeFrame(marker, content);
                break;
        }
    }

    private void TakeFrame(byte marker, ReadOnlySpan<byte> content)
    {
        if (frame is not null)
            throw source.Error("this JPEG has two frame headers.");
        frame = JpegFrame.Parse(source, marker, content);
    }

    private void TakeScan(ReadOnlySpan<byte> content)
    {
        JpegFrame current = frame ?? throw NoFrame();
        if (scans == 0)
            current.Allocate(source);
        if (++scans > source.Limits.MaximumScans)
            throw source.Error($"this JPEG has more scans than the limit of {source.Limits.MaximumScans}.");
        JpegScanHeader header = JpegScanHeader.Parse(source, current, tables, content);
        segments.Position = JpegScan.Decode(source, current, header, tables, segments.Position);
    }

    private Image Finish()
    {
        JpegFrame current = frame ?? throw NoFrame();
        foreach (JpegComponent component in current.Components)
        {
            if (!component.Started)
                throw source.Error($"this JPEG is truncated: it has no scan of the component {component.Identifier}.");
            if (current.IsProgressive)
                Transform(component);
        }

        Image stored = JpegColours.ToImage(source, current, JpegColours.Choose(current, hasJfif, adobeTransform));
        return ExifOrientation.Apply(source, stored, orientation ?? ExifOrientation.Upright);
    }

    private static void Transform(JpegComponent component)
    {
        for (int row = 0; row < component.UsedBlockRows; row++)
        {
            for (int column = 0; column < component.UsedBlockColumns; column++)
            {
                ReadOnlySpan<short> block = component.Coefficients.AsSpan(((row * component.BlockColumns) + column) * 64, 64);
                InverseDct.Write(block, block[1..].ContainsAnyExcept((short)0), component, row, column);
            }
        }
    }

    private ImageFormatException NoFrame() => source.Error("this JPEG has no frame header before its data.");
}

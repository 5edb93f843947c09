using System.Buffers.Binary;

namespace SegFromScratch.Training.Images.Jpeg;

/// <summary>Walks from marker to marker of a JPEG (T.81, B.1.1).</summary>
internal sealed class JpegSegmentReader(ImageSource source)
{
    private const int StartOfImageBytes = 2;

    /// <summary>The next byte to read; behind a scan's header its entropy-coded data begins here.</summary>
    public int Position { get; set; } = StartOfImageBytes;

    /// <summary>Reads the next marker and its content, which is empty for markers that stand alone. False where the file ends first.</summary>
    /// <remarks>Stray bytes before a marker, and zeros stuffed behind 0xFF, are passed over: every decoder does, and files rely on it.</remarks>
    public bool TryRead(out byte marker, out ReadOnlySpan<byte> content)
    {
        ReadOnlySpan<byte> data = source.Data;
        marker = 0;
        content = default;
        while (marker is 0 or 0xFF)
        {
            int start = data[Position..].IndexOf((byte)0xFF);
            if (start < 0 || Position + start + 1 >= data.Length)
                return false;
            Position += start + 1;
            marker = data[Position];
        }

        Position++;
        if (JpegMarker.StandsAlone(marker))
            return true;
        if (data.Length - Position < 2)
            return false;
        int length = BinaryPrimitives.ReadUInt16BigEndian(data[Position..]);
        if (length < 2)
            throw source.Error($"the JPEG segment {marker:X2} at byte {Position} says that it has {length} bytes, and 2 is the least.");
        if (length > data.Length - Position)
            return false;
        content = data.Slice(Position + 2, length - 2);
        Position += length;
        return true;
    }
}

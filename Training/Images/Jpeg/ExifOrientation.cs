using System.Buffers.Binary;

namespace SegFromScratch.Training.Images.Jpeg;

/// <summary>The EXIF orientation: how a camera was held (CIPA DC-008, 4.6.4, tag 0x0112). 1 is upright; 2 to 4 mirror or turn by
/// half; 5 to 8 exchange rows and columns.</summary>
internal static class ExifOrientation
{
    /// <summary>The picture is stored as it is to be shown.</summary>
    public const int Upright = 1;

    private const int OrientationTag = 0x0112;
    private const int ShortType = 3;
    private const int EntryBytes = 12;

    /// <summary>Whether width and height change places.</summary>
    public static bool SwapsSides(int orientation) => orientation >= 5;

    /// <summary>The orientation of an APP1 segment. Damaged EXIF data are no reason to refuse a picture: they count as none.</summary>
    public static int? Find(ReadOnlySpan<byte> content)
    {
        if (!content.StartsWith("Exif\0\0"u8))
            return null;
        ReadOnlySpan<byte> tiff = content[6..];
        bool littleEndian = tiff.StartsWith("II*\0"u8);
        if (tiff.Length < 8 || (!littleEndian && !tiff.StartsWith("MM\0*"u8)))
            return null;
        uint directory = littleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(tiff[4..]) : BinaryPrimitives.ReadUInt32BigEndian(tiff[4..]);
        if (directory > tiff.Length - 2)
            return null;
        int entries = ReadShort(tiff, (int)directory, littleEndian);
        for (int i = 0; i < entries; i++)
        {
            int entry = (int)directory + 2 + (i * EntryBytes);
            if (entry + EntryBytes > tiff.Length)
                return null;
            if (ReadShort(tiff, entry, littleEndian) != OrientationTag || ReadShort(tiff, entry + 2, littleEndian) != ShortType)
                continue;
            int value = ReadShort(tiff, entry + 8, littleEndian);
            return value is >= 1 and <= 8 ? value : null;
        }

        return null;
    }

    /// <summary>Turns a stored picture upright.</summary>
    public static Image Apply(ImageSource source, Image stored, int orientation)
    {
        if (orientation == Upright)
            return stored;
        (int width, int height) = SwapsSides(orientation) ? (stored.Height, stored.Width) : (stored.Width, stored.Height);
        (int right, int bottom) = (stored.Width - 1, stored.Height - 1);
        Image upright = new(width, height, stored.Channels, source.Allocate(stored.Pixels.LongLength));
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                (int fromX, int fromY) = orientation switch
                {
                    2 => (right - x, y),
                    3 => (right - x, bottom - y),
                    4 => (x, bottom - y),
                    5 => (y, x),
                    6 => (y, bottom - x),
                    7 => (right - y, bottom - x),
                    _ => (right - y, x),
                };
                for (int channel = 0; channel < stored.Channels; channel++)
                    upright[y, x, channel] = stored[fromY, fromX, channel];
            }
        }

        return upright;
    }

    private static int ReadShort(ReadOnlySpan<byte> tiff, int position, bool littleEndian) => littleEndian
        ? BinaryPrimitives.ReadUInt16LittleEndian(tiff[position..])
        : BinaryPrimitives.ReadUInt16BigEndian(tiff[position..]);
}

using SegFromScratch.Training.Files;

namespace SegFromScratch.Training.Images;

/// <summary>The kinds of file that <see cref="ImageFile"/> reads.</summary>
internal enum ImageFormat
{
    Png,
    Jpeg,
}

/// <summary>Tells formats apart by their first bytes: extensions lie.</summary>
internal static class ImageSignature
{
    /// <summary>The eight bytes a PNG starts with (W3C PNG, 5.2).</summary>
    public static ReadOnlySpan<byte> Png => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <exception cref="ImageFormatException">The file is of another format, or of none that is known.</exception>
    public static ImageFormat Recognise(ImageSource source)
    {
        ReadOnlySpan<byte> data = source.Data;
        if (data.StartsWith(Png))
            return ImageFormat.Png;
        if (data.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
            return ImageFormat.Jpeg;
        if (data.IsEmpty)
            throw source.Error("the file is empty.");
        if (ForeignFile.ByContent(data) == ForeignFormat.Archive)
            throw source.Error("this is an archive; unpack it and give the pictures in it.");
        throw OtherFormat(data) is { } other
            ? source.Error($"this is a {other} file; convert it to PNG or JPEG.")
            : source.Error("this is neither a PNG nor a JPEG file; convert it to one of them.");
    }

    private static string? OtherFormat(ReadOnlySpan<byte> data)
    {
        if (data.StartsWith("GIF8"u8))
            return "GIF";
        if (data.StartsWith("BM"u8))
            return "BMP";
        if (data.StartsWith("II*\0"u8) || data.StartsWith("MM\0*"u8) || data.StartsWith("II+\0"u8) || data.StartsWith("MM\0+"u8))
            return "TIFF";
        if (data.StartsWith("RIFF"u8) && data.Length >= 12 && data[8..].StartsWith("WEBP"u8))
            return "WebP";
        return ForeignFile.ByContent(data) switch
        {
            ForeignFormat.NumPy => "NumPy",
            ForeignFormat.Hdf5 => "HDF5",
            _ => null,
        };
    }
}

using SegFromScratch.Training.Files;
using SegFromScratch.Training.Images.Jpeg;
using SegFromScratch.Training.Images.Png;

namespace SegFromScratch.Training.Images;

/// <summary>Reads PNG and JPEG files, told apart by content, and writes PNG files.</summary>
/// <remarks>
/// Every reading method throws <see cref="ImageFormatException"/> for content it cannot read, with the file's name in one line,
/// and otherwise only what the file system throws: <see cref="IOException"/> and <see cref="UnauthorizedAccessException"/>.
/// The EXIF orientation of a JPEG is applied, so pictures stand upright and sizes are those of the upright picture;
/// PNG files are taken as they are stored. Embedded colour profiles and gamma are not applied.
/// </remarks>
public static class ImageFile
{
    /// <summary>Enough for the headers of nearly every file; more is read where they are longer.</summary>
    private const int HeaderBytes = 64 * 1024;

    /// <summary>Reads a picture with the channels it has: 1 for grey, 3 for colours (palettes are expanded, CMYK is converted), 4 where
    /// the file has transparency. Samples of 16 bits are scaled to 8.</summary>
    /// <exception cref="ImageFormatException">The content is damaged, truncated, too large or of a kind that is not read.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static Image Read(string path, ImageLimits? limits = null) => Read(Open(path, limits));

    /// <summary>Reads a picture from memory, like <see cref="Read(string, ImageLimits?)"/>.</summary>
    /// <param name="data">The whole file.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="limits">Null for <see cref="ImageLimits.Default"/>.</param>
    /// <exception cref="ImageFormatException">The content is damaged, truncated, too large or of a kind that is not read.</exception>
    public static Image Read(byte[] data, string name, ImageLimits? limits = null) => Read(Wrap(data, name, limits));

    /// <summary>Reads a picture from a stream, to its end, like <see cref="Read(string, ImageLimits?)"/>.</summary>
    /// <exception cref="ImageFormatException">The content is damaged, truncated, too large or of a kind that is not read.</exception>
    public static Image Read(Stream stream, string name, ImageLimits? limits = null) => Read(Drain(stream, name, limits));

    /// <summary>Reads a picture as three channels, red, green and blue: grey is replicated, transparency is dropped.</summary>
    /// <exception cref="ImageFormatException">The content is damaged, truncated, too large or of a kind that is not read.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static Image ReadRgb(string path, ImageLimits? limits = null) => ReadRgb(Open(path, limits));

    /// <summary>Reads three channels from memory, like <see cref="ReadRgb(string, ImageLimits?)"/>.</summary>
    /// <exception cref="ImageFormatException">The content is damaged, truncated, too large or of a kind that is not read.</exception>
    public static Image ReadRgb(byte[] data, string name, ImageLimits? limits = null) => ReadRgb(Wrap(data, name, limits));

    /// <summary>Reads three channels from a stream, like <see cref="ReadRgb(string, ImageLimits?)"/>.</summary>
    /// <exception cref="ImageFormatException">The content is damaged, truncated, too large or of a kind that is not read.</exception>
    public static Image ReadRgb(Stream stream, string name, ImageLimits? limits = null) => ReadRgb(Drain(stream, name, limits));

    /// <summary>Reads a class map from a PNG: its palette indices (colours play no part) or its grey values as they are stored, of 1 to
    /// 8 bits and not scaled, or of 16 bits where all are at most 255. A colour PNG counts as grey where the three channels of
    /// every pixel are equal; transparency is ignored.</summary>
    /// <exception cref="ImageFormatException">The content is no class map (colours, or a JPEG, whose compression changes
    /// values), or is damaged, truncated or too large.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static IndexMask ReadMask(string path, ImageLimits? limits = null) => ReadMask(Open(path, limits));

    /// <summary>Reads a class map from memory, like <see cref="ReadMask(string, ImageLimits?)"/>.</summary>
    /// <exception cref="ImageFormatException">The content is no class map, or is damaged, truncated or too large.</exception>
    public static IndexMask ReadMask(byte[] data, string name, ImageLimits? limits = null) => ReadMask(Wrap(data, name, limits));

    /// <summary>Reads a class map from a stream, like <see cref="ReadMask(string, ImageLimits?)"/>.</summary>
    /// <exception cref="ImageFormatException">The content is no class map, or is damaged, truncated or too large.</exception>
    public static IndexMask ReadMask(Stream stream, string name, ImageLimits? limits = null) => ReadMask(Drain(stream, name, limits));

    /// <summary>Reads a picture of instances or of a foreground: 1 where a pixel is not 0, else 0. Grey values or palette indices as they are
    /// stored, of 1 to 16 bits; of colours (transparency aside) a pixel is 0 where all three are.</summary>
    /// <exception cref="ImageFormatException">The content is a JPEG, whose compression changes values, or is damaged, truncated or too large.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static IndexMask ReadForeground(string path, ImageLimits? limits = null)
    {
        ImageSource source = Open(path, limits);
        return ImageSignature.Recognise(source) == ImageFormat.Png
            ? PngDecoder.ReadForeground(source)
            : throw source.Error("a mask must be a PNG: the compression of a JPEG changes its values.");
    }

    /// <summary>The size that <see cref="Read(string, ImageLimits?)"/> would give, in pixels, from the headers only.</summary>
    /// <exception cref="ImageFormatException">The headers are damaged, truncated, or of a kind that is not read.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static (int Width, int Height) ReadSize(string path, ImageLimits? limits = null)
    {
        using FileStream stream = File.OpenRead(path);
        for (long length = HeaderBytes; stream.CanSeek && length < stream.Length; length *= 8)
        {
            byte[] start = new byte[length];
            stream.ReadExactly(start);
            stream.Position = 0;
            if (TryReadSize(Wrap(start, path, limits), out (int Width, int Height) size))
                return size;
        }

        return ReadSize(Drain(stream, path, limits));
    }

    /// <summary>The size of a picture in memory, like <see cref="ReadSize(string, ImageLimits?)"/>.</summary>
    /// <exception cref="ImageFormatException">The headers are damaged, truncated, or of a kind that is not read.</exception>
    public static (int Width, int Height) ReadSize(byte[] data, string name, ImageLimits? limits = null) => ReadSize(Wrap(data, name, limits));

    /// <summary>Writes a picture as PNG of 8 bits a sample. The file appears whole or not at all: it is written beside its place,
    /// flushed to disk and renamed.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void WritePng(string path, Image image)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(image);
        AtomicFile.Write(path, stream => PngEncoder.Write(stream, image));
    }

    /// <summary>Writes a picture as PNG to a stream.</summary>
    public static void WritePng(Stream stream, Image image)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(image);
        PngEncoder.Write(stream, image);
    }

    /// <summary>Writes a class map as PNG, whole or not at all: as palette indices where colours are given, as 8-bit grey values otherwise.
    /// Either way <see cref="ReadMask(string, ImageLimits?)"/> gives the same indices back.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mask">The class map.</param>
    /// <param name="palette">A colour for each class, at most 256; null for grey.</param>
    /// <exception cref="ArgumentException">The palette is empty, has more than 256 colours, or too few for the mask.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void WritePng(string path, IndexMask mask, IReadOnlyList<(byte R, byte G, byte B)>? palette)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        CheckPalette(mask, palette);
        AtomicFile.Write(path, stream => PngEncoder.Write(stream, mask, palette));
    }

    /// <summary>Writes a class map as PNG to a stream, like <see cref="WritePng(string, IndexMask, IReadOnlyList{ValueTuple{byte, byte, byte}}?)"/>.</summary>
    /// <exception cref="ArgumentException">The palette is empty, has more than 256 colours, or too few for the mask.</exception>
    public static void WritePng(Stream stream, IndexMask mask, IReadOnlyList<(byte R, byte G, byte B)>? palette)
    {
        ArgumentNullException.ThrowIfNull(stream);
        CheckPalette(mask, palette);
        PngEncoder.Write(stream, mask, palette);
    }

    private static void CheckPalette(IndexMask mask, IReadOnlyList<(byte R, byte G, byte B)>? palette)
    {
        ArgumentNullException.ThrowIfNull(mask);
        if (palette is null)
            return;
        if (palette.Count is 0 or > 256)
            throw new ArgumentException($"A palette has 1 to 256 colours, not {palette.Count}.", nameof(palette));
        int greatest = mask.Labels.Max();
        if (greatest >= palette.Count)
            throw new ArgumentException($"The mask has the class {greatest}, and the palette ends at {palette.Count - 1}.", nameof(palette));
    }

    private static Image Read(ImageSource source) => ImageSignature.Recognise(source) switch
    {
        ImageFormat.Png => PngDecoder.Read(source),
        _ => JpegDecoder.Read(source),
    };

    private static IndexMask ReadMask(ImageSource source) => ImageSignature.Recognise(source) switch
    {
        ImageFormat.Png => PngDecoder.ReadMask(source),
        _ => throw source.Error("a class map cannot be a JPEG, whose compression changes values; save it as palette or grey PNG."),
    };

    private static bool TryReadSize(ImageSource source, out (int Width, int Height) size) => ImageSignature.Recognise(source) switch
    {
        ImageFormat.Png => PngChunks.TryReadSize(source, out size),
        _ => JpegDecoder.TryReadSize(source, out size),
    };

    private static (int Width, int Height) ReadSize(ImageSource source) =>
        TryReadSize(source, out (int Width, int Height) size)
            ? size
            : throw source.Error("this file is truncated: it ends inside its headers.");

    private static Image ReadRgb(ImageSource source)
    {
        Image image = Read(source);
        if (image.Channels == 3)
            return image;
        byte[] rgb = source.Allocate((long)image.Width * image.Height * 3);
        int channels = image.Channels;
        byte[] pixels = image.Pixels;
        for (int i = 0; i < image.Width * image.Height; i++)
        {
            Span<byte> pixel = rgb.AsSpan(3 * i, 3);
            if (channels == 1)
                pixel.Fill(pixels[i]);
            else
                pixels.AsSpan(4 * i, 3).CopyTo(pixel);
        }

        return new Image(image.Width, image.Height, 3, rgb);
    }

    private static ImageSource Open(string path, ImageLimits? limits)
    {
        using FileStream stream = File.OpenRead(path);
        return Drain(stream, path, limits);
    }

    private static ImageSource Drain(Stream stream, string name, ImageLimits? limits)
    {
        ArgumentNullException.ThrowIfNull(stream);
        limits ??= ImageLimits.Default;
        using MemoryStream data = new(stream.CanSeek ? (int)Math.Min(Math.Max(0, stream.Length - stream.Position), limits.MaximumFileBytes) : 0);
        byte[] part = new byte[HeaderBytes];
        while (stream.Read(part) is > 0 and int count)
        {
            if (data.Length + count > limits.MaximumFileBytes)
                throw Wrap([], name, limits).Error($"the file is longer than the limit of {limits.MaximumFileBytes} bytes.");
            data.Write(part, 0, count);
        }

        return Wrap(data.Length == data.Capacity ? data.GetBuffer() : data.ToArray(), name, limits);
    }

    private static ImageSource Wrap(byte[] data, string name, ImageLimits? limits)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new ImageSource(data, name, limits ?? ImageLimits.Default);
    }
}

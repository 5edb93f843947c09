namespace SegFromScratch.Training.Images;

/// <summary>An 8-bit picture in memory: rows from top to bottom, pixels from left to right, channels interleaved.</summary>
public sealed class Image
{
    /// <summary>Wraps pixels that are already in memory.</summary>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="channels">1 (grey), 3 (red, green, blue) or 4 (red, green, blue, alpha).</param>
    /// <param name="pixels">Height x Width x Channels bytes; kept, not copied.</param>
    /// <exception cref="ArgumentException">The sizes do not fit the pixels.</exception>
    public Image(int width, int height, int channels, byte[] pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (channels is not (1 or 3 or 4))
            throw new ArgumentException($"An image has 1, 3 or 4 channels, not {channels}.", nameof(channels));
        if (pixels.LongLength != (long)width * height * channels)
            throw new ArgumentException($"{width}x{height}x{channels} needs {(long)width * height * channels} bytes, not {pixels.LongLength}.", nameof(pixels));
        (Width, Height, Channels, Pixels) = (width, height, channels, pixels);
    }

    /// <summary>A black image.</summary>
    public Image(int width, int height, int channels)
        : this(width, height, channels, new byte[checked(width * height * channels)])
    {
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>1 (grey), 3 (RGB) or 4 (RGBA).</summary>
    public int Channels { get; }

    /// <summary>Height x Width x Channels bytes.</summary>
    public byte[] Pixels { get; }

    /// <summary>The byte of one channel of one pixel.</summary>
    public ref byte this[int y, int x, int channel] => ref Pixels[((y * Width) + x) * Channels + channel];
}

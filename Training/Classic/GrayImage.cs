using SegFromScratch.Training.Images;

namespace SegFromScratch.Training.Classic;

/// <summary>A picture of one brightness a pixel, from 0 to 255, rows from top to bottom.</summary>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="Values">Height x Width brightnesses.</param>
public sealed record GrayImage(int Width, int Height, float[] Values)
{
    /// <summary>The brightness of a pixel; beyond the border, that of the nearest pixel.</summary>
    public float this[int y, int x] => Values[(Math.Clamp(y, 0, Height - 1) * Width) + Math.Clamp(x, 0, Width - 1)];

    /// <summary>The brightness of a picture: 0.299 red + 0.587 green + 0.114 blue (ITU-R BT.601); grey stays as it is, alpha does not count.</summary>
    public static GrayImage Of(Image image)
    {
        ArgumentNullException.ThrowIfNull(image);
        var values = new float[image.Width * image.Height];
        for (int i = 0; i < values.Length; i++)
        {
            ReadOnlySpan<byte> pixel = image.Pixels.AsSpan(i * image.Channels, image.Channels);
            values[i] = image.Channels == 1 ? pixel[0] : (0.299f * pixel[0]) + (0.587f * pixel[1]) + (0.114f * pixel[2]);
        }

        return new GrayImage(image.Width, image.Height, values);
    }

    /// <summary>The brightnesses as a picture of one channel, rounded and limited to 0..255.</summary>
    public Image ToImage() => new(Width, Height, 1, Array.ConvertAll(Values, value => (byte)Math.Clamp(MathF.Round(value), 0, 255)));
}

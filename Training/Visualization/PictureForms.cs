using SegFromScratch.Training.Images;

namespace SegFromScratch.Training.Visualization;

/// <summary>Brings pictures and masks into the form in which they are shown.</summary>
public static class PictureForms
{
    /// <summary>A copy with red, green and blue: grey is repeated, alpha is dropped.</summary>
    public static Image ToRgb(Image image)
    {
        ArgumentNullException.ThrowIfNull(image);
        Image rgb = new(image.Width, image.Height, 3);
        int channels = image.Channels;
        for (int source = 0, target = 0; target < rgb.Pixels.Length; source += channels, target += 3)
            for (int channel = 0; channel < 3; channel++)
                rgb.Pixels[target + channel] = image.Pixels[source + (channels == 1 ? 0 : channel)];
        return rgb;
    }

    /// <summary>The mask as a picture of its classes' colours.</summary>
    /// <param name="mask">Class indices.</param>
    /// <param name="palette">One colour a class.</param>
    /// <param name="ignoreIndex">The label shown black; null: none.</param>
    /// <exception cref="ArgumentException">A label has no colour; the message names the pixel.</exception>
    public static Image Colorize(IndexMask mask, IReadOnlyList<(byte R, byte G, byte B)> palette, int? ignoreIndex = null)
    {
        ArgumentNullException.ThrowIfNull(mask);
        return Overlay.Blend(new Image(mask.Width, mask.Height, 3), mask, palette, opacity: 1, ignoreIndex);
    }

    /// <summary>Another size for display: each pixel takes the one under its centre, so no new colours arise.</summary>
    public static Image ResizeNearest(Image image, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(image);
        return new Image(width, height, image.Channels, Resize(image.Pixels, image.Width, image.Height, image.Channels, width, height));
    }

    /// <summary>Another size for display: each label is the one under the pixel's centre.</summary>
    public static IndexMask ResizeNearest(IndexMask mask, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(mask);
        return new IndexMask(width, height, Resize(mask.Labels, mask.Width, mask.Height, 1, width, height));
    }

    private static byte[] Resize(byte[] source, int sourceWidth, int sourceHeight, int channels, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        byte[] target = new byte[checked(width * height * channels)];
        for (int y = 0; y < height; y++)
        {
            int row = Under(y, height, sourceHeight) * sourceWidth;
            for (int x = 0; x < width; x++)
                source.AsSpan((row + Under(x, width, sourceWidth)) * channels, channels).CopyTo(target.AsSpan(((y * width) + x) * channels));
        }

        return target;
    }

    // floor((i + 1/2) * source / target), in whole numbers.
    private static int Under(int index, int targetSize, int sourceSize) => (int)(((2L * index) + 1) * sourceSize / (2L * targetSize));
}

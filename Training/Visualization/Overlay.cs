using SegFromScratch.Training.Images;

namespace SegFromScratch.Training.Visualization;

/// <summary>Paints masks over an image, half-transparent.</summary>
public static class Overlay
{
    /// <summary>Paints a class map: <c>pixel = (1 - opacity) * image + opacity * colour</c>.</summary>
    /// <param name="image">The image; grey and alpha are brought to red, green and blue.</param>
    /// <param name="mask">Class indices, as large as the image.</param>
    /// <param name="palette">One colour a class.</param>
    /// <param name="opacity">0 (the image alone) to 1 (the colours alone).</param>
    /// <param name="ignoreIndex">The label whose pixels stay as they are; null: none.</param>
    /// <returns>A new image of three channels.</returns>
    /// <exception cref="ArgumentException">Sizes differ, the opacity is out of range, or a label has no colour.</exception>
    public static Image Blend(Image image, IndexMask mask, IReadOnlyList<(byte R, byte G, byte B)> palette, double opacity = 0.5, int? ignoreIndex = null) =>
        Blend(image, mask, palette, opacity, ignoreIndex, paintsBlack: true);

    /// <summary>Paints a class map as <see cref="Blend(Image, IndexMask, IReadOnlyList{ValueTuple{byte, byte, byte}}, double, int?)"/> does, but leaves the picture as it is where a class is black: palettes give black to the background, and painted it would only darken the picture.</summary>
    /// <param name="image">The image; grey and alpha are brought to red, green and blue.</param>
    /// <param name="mask">Class indices, as large as the image.</param>
    /// <param name="palette">One colour a class.</param>
    /// <param name="ignoreIndex">The label whose pixels stay as they are; null: none.</param>
    /// <returns>A new image of three channels.</returns>
    /// <exception cref="ArgumentException">Sizes differ, or a label has no colour.</exception>
    public static Image BlendForeground(Image image, IndexMask mask, IReadOnlyList<(byte R, byte G, byte B)> palette, int? ignoreIndex = null) =>
        Blend(image, mask, palette, opacity: 0.5, ignoreIndex, paintsBlack: false);

    private static Image Blend(Image image, IndexMask mask, IReadOnlyList<(byte R, byte G, byte B)> palette, double opacity, int? ignoreIndex, bool paintsBlack)
    {
        ArgumentNullException.ThrowIfNull(mask);
        ArgumentNullException.ThrowIfNull(palette);
        Image blended = PictureForms.ToRgb(image);
        if (mask.Width != image.Width || mask.Height != image.Height)
            throw new ArgumentException($"A mask of {mask.Width}x{mask.Height} does not fit an image of {image.Width}x{image.Height}.", nameof(mask));
        int weight = Weight(opacity);
        for (int pixel = 0; pixel < mask.Labels.Length; pixel++)
        {
            int label = mask.Labels[pixel];
            if (label == ignoreIndex)
                continue;
            if (label >= palette.Count)
                throw new ArgumentException($"Class {label} at column {pixel % mask.Width}, row {pixel / mask.Width} has no colour: the palette has {palette.Count}.", nameof(palette));
            if (paintsBlack || palette[label] is not (0, 0, 0))
                Paint(blended.Pixels.AsSpan(pixel * 3, 3), palette[label], weight);
        }

        return blended;
    }

    /// <summary>
    /// Paints layers that may overlap, each over those before it: its inside half-transparent, its outline in full colour.
    /// The outline is every pixel of the layer beside one that is not; the image's edge draws none.
    /// </summary>
    /// <param name="image">The image; grey and alpha are brought to red, green and blue.</param>
    /// <param name="layers">Layers x Height x Width bytes, 0 is outside.</param>
    /// <param name="layerCount">Layers, one a class.</param>
    /// <param name="palette">One colour a layer.</param>
    /// <param name="opacity">Of the inside: 0 (the outline alone) to 1.</param>
    /// <returns>A new image of three channels.</returns>
    /// <exception cref="ArgumentException">Sizes differ, the opacity is out of range, or a layer has no colour.</exception>
    public static Image BlendLayers(Image image, ReadOnlySpan<byte> layers, int layerCount, IReadOnlyList<(byte R, byte G, byte B)> palette, double opacity = 0.35)
    {
        ArgumentNullException.ThrowIfNull(palette);
        Image blended = PictureForms.ToRgb(image);
        int size = image.Width * image.Height;
        if (layers.Length != (long)layerCount * size)
            throw new ArgumentException($"{layerCount} layers of {image.Width}x{image.Height} need {(long)layerCount * size} bytes, not {layers.Length}.", nameof(layers));
        if (layerCount > palette.Count)
            throw new ArgumentException($"{layerCount} layers need as many colours; the palette has {palette.Count}.", nameof(palette));
        int weight = Weight(opacity);
        for (int layer = 0; layer < layerCount; layer++)
            PaintLayer(blended, layers.Slice(layer * size, size), palette[layer], weight);
        return blended;
    }

    private static void PaintLayer(Image blended, ReadOnlySpan<byte> layer, (byte R, byte G, byte B) color, int weight)
    {
        for (int y = 0, pixel = 0; y < blended.Height; y++)
            for (int x = 0; x < blended.Width; x++, pixel++)
                if (layer[pixel] != 0)
                    Paint(blended.Pixels.AsSpan(pixel * 3, 3), color, IsOutline(layer, x, y, blended.Width, blended.Height) ? FullWeight : weight);
    }

    private static bool IsOutline(ReadOnlySpan<byte> layer, int x, int y, int width, int height)
    {
        int pixel = (y * width) + x;
        return (x > 0 && layer[pixel - 1] == 0)
            || (x < width - 1 && layer[pixel + 1] == 0)
            || (y > 0 && layer[pixel - width] == 0)
            || (y < height - 1 && layer[pixel + width] == 0);
    }

    // Whole numbers give the same picture on every machine.
    private const int FullWeight = 256;

    private static int Weight(double opacity) => opacity is >= 0 and <= 1
        ? (int)Math.Round(opacity * FullWeight)
        : throw new ArgumentOutOfRangeException(nameof(opacity), opacity, "The opacity is from 0 to 1.");

    private static void Paint(Span<byte> pixel, (byte R, byte G, byte B) color, int weight)
    {
        pixel[0] = Mix(pixel[0], color.R, weight);
        pixel[1] = Mix(pixel[1], color.G, weight);
        pixel[2] = Mix(pixel[2], color.B, weight);
    }

    private static byte Mix(byte below, byte above, int weight) =>
        (byte)(((below * (FullWeight - weight)) + (above * weight) + (FullWeight / 2)) / FullWeight);
}

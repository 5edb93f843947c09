using SegFromScratch.Training.Images;

namespace SegFromScratch.Training.Classic;

/// <summary>A picture divided into connected regions.</summary>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="Labels">Height x Width numbers of regions, from 0, in the order in which the regions are met row by row.</param>
/// <param name="Count">The number of regions.</param>
public sealed record Regions(int Width, int Height, int[] Labels, int Count)
{
    /// <summary>Paints each region in the mean colour of its pixels.</summary>
    /// <exception cref="ArgumentException">The picture has another size.</exception>
    public Image Paint(Image image)
    {
        ArgumentNullException.ThrowIfNull(image);
        if ((image.Width, image.Height) != (Width, Height))
            throw new ArgumentException($"The regions are of {Width}x{Height} pixels, the picture of {image.Width}x{image.Height}.", nameof(image));
        var sums = new long[Count * image.Channels];
        var counts = new int[Count];
        for (int i = 0; i < Labels.Length; i++)
        {
            counts[Labels[i]]++;
            for (int channel = 0; channel < image.Channels; channel++)
                sums[(Labels[i] * image.Channels) + channel] += image.Pixels[(i * image.Channels) + channel];
        }

        var painted = new Image(Width, Height, image.Channels);
        for (int i = 0; i < painted.Pixels.Length; i++)
        {
            int region = Labels[i / image.Channels];
            painted.Pixels[i] = (byte)((sums[(region * image.Channels) + (i % image.Channels)] + (counts[region] / 2)) / counts[region]);
        }

        return painted;
    }
}

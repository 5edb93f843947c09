using SegFromScratch.Training.Images;

namespace SegFromScratch.Training.PostProcessing;

/// <summary>What makes two pixels alike, each number divided by its deviation, so that likeness is exp(-|f_i - f_j|^2 / 2).</summary>
/// <param name="Dimensions">Numbers a pixel.</param>
/// <param name="Values">Height x Width x Dimensions numbers.</param>
internal sealed record PixelFeatures(int Dimensions, float[] Values)
{
    private const int PlaceDimensions = 2;

    /// <summary>Place only: the Gaussian term.</summary>
    public static PixelFeatures OfPlace(int width, int height, float deviation)
    {
        var values = new float[checked(width * height * PlaceDimensions)];
        for (int i = 0; i < width * height; i++)
            (values[2 * i], values[(2 * i) + 1]) = (i % width / deviation, i / width / deviation);
        return new PixelFeatures(PlaceDimensions, values);
    }

    /// <summary>Place and colour: the bilateral term.</summary>
    public static PixelFeatures OfPlaceAndColor(Image image, float placeDeviation, float colorDeviation)
    {
        int channels = Math.Min(image.Channels, 3), dimensions = PlaceDimensions + channels;
        var values = new float[checked(image.Width * image.Height * dimensions)];
        for (int i = 0; i < image.Width * image.Height; i++)
        {
            Span<float> feature = values.AsSpan(i * dimensions, dimensions);
            (feature[0], feature[1]) = (i % image.Width / placeDeviation, i / image.Width / placeDeviation);
            for (int c = 0; c < channels; c++)
                feature[PlaceDimensions + c] = image.Pixels[(i * image.Channels) + c] / colorDeviation;
        }

        return new PixelFeatures(dimensions, values);
    }
}

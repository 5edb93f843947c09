using SegFromScratch.Training.Data.Loading;
using SegFromScratch.Training.Data.Transforms;
using SegFromScratch.Training.Images;

namespace SegFromScratch.Training.Reports.Pictures;

/// <summary>One image of a batch with truth and prediction, made small.</summary>
/// <param name="Picture">The picture.</param>
/// <param name="Truth">Height x Width class indices, or LayerCount x Height x Width zeros and ones.</param>
/// <param name="Prediction">As many.</param>
/// <param name="LayerCount">0 for class maps.</param>
internal sealed record SmallSample(Image Picture, byte[] Truth, byte[] Prediction, int LayerCount)
{
    private const int LongestSide = 256;

    /// <summary>Copies an image out of a batch.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="image">Which of its images.</param>
    /// <param name="classes">Count x Height x Width class indices; empty where masks may overlap.</param>
    /// <param name="probabilities">Count x LayerCount x Height x Width; empty for class maps.</param>
    /// <param name="normalization">How pixels became numbers.</param>
    public static SmallSample Of(Batch batch, int image, ReadOnlySpan<int> classes, ReadOnlySpan<float> probabilities, Normalization normalization)
    {
        var view = new SmallView(batch.Width, batch.Height, LongestSide);
        int pixels = batch.Width * batch.Height, values = pixels * batch.LayerCount;
        Image picture = view.Picture(batch.Images.AsSpan(image * 3 * pixels, 3 * pixels), normalization);
        return classes.IsEmpty
            ? new SmallSample(picture, view.Layers(batch.Layers.AsSpan(image * values, values), batch.LayerCount), view.Layers(probabilities.Slice(image * values, values), batch.LayerCount), batch.LayerCount)
            : new SmallSample(picture, view.Labels(batch.ClassMap.AsSpan(image * pixels, pixels)), view.Labels(classes.Slice(image * pixels, pixels)), 0);
    }
}

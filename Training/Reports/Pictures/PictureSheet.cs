using SegFromScratch.Training.Data;
using SegFromScratch.Training.Data.Loading;
using SegFromScratch.Training.Data.Transforms;
using SegFromScratch.Training.Images;
using SegFromScratch.Training.Visualization;

namespace SegFromScratch.Training.Reports.Pictures;

/// <summary>
/// Draws one image of a batch, made small: picture, truth, prediction and difference. In the difference right pixels are grey, void ones black and wrong ones
/// red; where masks may overlap, pixels that only the truth has are blue.
/// </summary>
/// <param name="dataSet">Gives the classes their colours.</param>
/// <param name="normalization">How pixels became numbers.</param>
internal sealed class PictureSheet(IDataSet dataSet, Normalization normalization)
{
    private const int LongestSide = 256;
    private static readonly (byte R, byte G, byte B) s_wrong = (226, 48, 48), s_missed = (48, 96, 226);

    /// <summary>Draws an image.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="image">Which of its images.</param>
    /// <param name="classes">Count x Height x Width class indices; empty where masks may overlap.</param>
    /// <param name="probabilities">Count x LayerCount x Height x Width; empty for class maps.</param>
    public Image Draw(Batch batch, int image, ReadOnlySpan<int> classes, ReadOnlySpan<float> probabilities)
    {
        var view = new SmallView(batch.Width, batch.Height, LongestSide);
        int pixels = batch.Width * batch.Height, values = pixels * batch.LayerCount;
        Image picture = view.Picture(batch.Images.AsSpan(image * 3 * pixels, 3 * pixels), normalization);
        return classes.IsEmpty
            ? Layers(picture, view, batch.Layers.AsSpan(image * values, values), probabilities.Slice(image * values, values))
            : Classes(picture, view, batch.ClassMap.AsSpan(image * pixels, pixels), classes.Slice(image * pixels, pixels));
    }

    private Image Classes(Image picture, SmallView view, ReadOnlySpan<int> truthClasses, ReadOnlySpan<int> predictedClasses)
    {
        IndexMask truth = view.Labels(truthClasses), predicted = view.Labels(predictedClasses);
        Image difference = Faded(picture);
        for (int pixel = 0; pixel < truth.Labels.Length; pixel++)
        {
            if (truth.Labels[pixel] == dataSet.IgnoreIndex)
                Paint(difference, pixel, (0, 0, 0));
            else if (truth.Labels[pixel] != predicted.Labels[pixel])
                Paint(difference, pixel, s_wrong);
        }

        return Triptych.Compose(
            picture,
            Overlay.Blend(picture, truth, dataSet.ClassColors, ignoreIndex: dataSet.IgnoreIndex),
            Overlay.Blend(picture, predicted, dataSet.ClassColors),
            difference);
    }

    private Image Layers(Image picture, SmallView view, ReadOnlySpan<float> truthValues, ReadOnlySpan<float> predictedValues)
    {
        int layers = dataSet.ClassNames.Count;
        byte[] truth = view.Layers(truthValues, layers), predicted = view.Layers(predictedValues, layers);
        Image difference = Faded(picture);
        int pixels = picture.Width * picture.Height;
        for (int i = 0; i < truth.Length; i++)
        {
            if (truth[i] != predicted[i])
                Paint(difference, i % pixels, truth[i] == 0 ? s_wrong : s_missed);
        }

        return Triptych.Compose(
            picture,
            Overlay.BlendLayers(picture, truth, layers, dataSet.ClassColors),
            Overlay.BlendLayers(picture, predicted, layers, dataSet.ClassColors),
            difference);
    }

    // Dark grey, so that colours stand out: half of the luma of Rec. 601.
    private static Image Faded(Image picture)
    {
        var faded = new Image(picture.Width, picture.Height, 3);
        for (int i = 0; i < faded.Pixels.Length; i += 3)
        {
            double luma = (0.299 * picture.Pixels[i]) + (0.587 * picture.Pixels[i + 1]) + (0.114 * picture.Pixels[i + 2]);
            faded.Pixels.AsSpan(i, 3).Fill((byte)(luma / 2));
        }

        return faded;
    }

    private static void Paint(Image image, int pixel, (byte R, byte G, byte B) color) =>
        (image.Pixels[3 * pixel], image.Pixels[(3 * pixel) + 1], image.Pixels[(3 * pixel) + 2]) = color;
}

using SegFromScratch.Training.Data;
using SegFromScratch.Training.Images;
using SegFromScratch.Training.Visualization;

namespace SegFromScratch.Training.Reports.Pictures;

/// <summary>
/// Draws picture, truth, prediction and difference side by side. In the difference right pixels are grey, void ones black and wrong ones red; where masks may overlap,
/// pixels that only the truth has are blue.
/// </summary>
/// <param name="dataSet">Gives the classes their colours.</param>
internal sealed class PictureSheet(IDataSet dataSet)
{
    private static readonly (byte R, byte G, byte B) s_wrong = (226, 48, 48), s_missed = (48, 96, 226);

    /// <summary>Draws a sample.</summary>
    public Image Draw(SmallSample sample) => sample.LayerCount == 0 ? Classes(sample) : Layers(sample);

    private Image Classes(SmallSample sample)
    {
        Image picture = sample.Picture, difference = Faded(picture);
        for (int pixel = 0; pixel < sample.Truth.Length; pixel++)
        {
            if (sample.Truth[pixel] == dataSet.IgnoreIndex)
                Paint(difference, pixel, (0, 0, 0));
            else if (sample.Truth[pixel] != sample.Prediction[pixel])
                Paint(difference, pixel, s_wrong);
        }

        return Triptych.Compose(
            picture,
            Overlay.BlendForeground(picture, new IndexMask(picture.Width, picture.Height, sample.Truth), dataSet.ClassColors, ignoreIndex: dataSet.IgnoreIndex),
            Overlay.BlendForeground(picture, new IndexMask(picture.Width, picture.Height, sample.Prediction), dataSet.ClassColors),
            difference);
    }

    private Image Layers(SmallSample sample)
    {
        Image picture = sample.Picture, difference = Faded(picture);
        int pixels = picture.Width * picture.Height;
        for (int i = 0; i < sample.Truth.Length; i++)
        {
            if (sample.Truth[i] != sample.Prediction[i])
                Paint(difference, i % pixels, sample.Truth[i] == 0 ? s_wrong : s_missed);
        }

        return Triptych.Compose(
            picture,
            Overlay.BlendLayers(picture, sample.Truth, sample.LayerCount, dataSet.ClassColors),
            Overlay.BlendLayers(picture, sample.Prediction, sample.LayerCount, dataSet.ClassColors),
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

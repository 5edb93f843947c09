using SegFromScratch.Layers.Models;
using SegFromScratch.Training.Data;
using SegFromScratch.Training.Data.Transforms;
using SegFromScratch.Training.Images;
using SegFromScratch.Training.Prediction;
using SegFromScratch.Training.Visualization;

namespace SegFromScratch.Apps.Seg.Console;

/// <summary>Draws what a network says over pictures.</summary>
internal static class SamplePictures
{
    private const int Samples = 6;

    /// <summary>Writes picture, truth and prediction side by side for a few samples, those with the most to see first.</summary>
    public static void Write(SegmentationModel model, IDataSet dataSet, SampleTransform transform, string folder)
    {
        var predictor = new Predictor(model, transform, dataSet.IsMultiLabel);
        IEnumerable<int> chosen = Enumerable.Range(0, dataSet.Count)
            .Where(index => index % Math.Max(1, dataSet.Count / (4 * Samples)) == 0)
            .OrderByDescending(index => Content(dataSet.Load(index).Target))
            .Take(Samples);
        foreach (int index in chosen)
        {
            Sample sample = dataSet.Load(index);
            Prediction prediction = predictor.Predict(sample.Image);
            Image truth = sample.Target is ClassMap map
                ? Overlay.BlendForeground(sample.Image, map.Mask, dataSet.ClassColors, ignoreIndex: map.IgnoreIndex)
                : Overlay.BlendLayers(sample.Image, ((LayerMasks)sample.Target).Layers, dataSet.ClassNames.Count, dataSet.ClassColors);
            Image sheet = Triptych.ComposeWithLegend([sample.Image, truth, PredictionFiles.Overlaid(sample.Image, prediction, dataSet.ClassColors)], dataSet.ClassNames, dataSet.ClassColors);
            ImageFile.WritePng(Path.Combine(folder, $"{Path.GetFileNameWithoutExtension(sample.Name)}.png"), sheet);
        }
    }

    // How much a target shows: the classes that appear in it, and for masks that may overlap also how far they reach.
    private static double Content(SampleTarget target) => target is ClassMap map
        ? map.Mask.Labels.Distinct().Count()
        : ((LayerMasks)target).Layers.Count(value => value != 0);
}

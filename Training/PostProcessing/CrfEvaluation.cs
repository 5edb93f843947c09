using SegFromScratch.Engine.Tensors;
using SegFromScratch.Training.Data;
using SegFromScratch.Training.Data.Loading;
using SegFromScratch.Training.Data.Transforms;
using SegFromScratch.Training.Images;
using SegFromScratch.Training.Metrics;
using SegFromScratch.Training.Prediction;
using SegFromScratch.Training.Trainer;

namespace SegFromScratch.Training.PostProcessing;

/// <summary>Scores a network on a data set before and after a dense CRF, in one pass.</summary>
public static class CrfEvaluation
{
    /// <summary>Runs network and field over the whole data set, one picture at a time.</summary>
    /// <param name="inference">The network, and how it is asked.</param>
    /// <param name="dataSet">Images and truth.</param>
    /// <param name="transform">How images are brought to the network's size; nothing random. The field works at this size.</param>
    /// <param name="options">The field.</param>
    /// <param name="threads">Threads of the field; 0 takes all cores.</param>
    /// <param name="metric">The score that <see cref="Evaluation.Score"/> shall be.</param>
    /// <param name="search">Is shown the probabilities after the field, where classes are independent.</param>
    /// <param name="thresholds">What makes a pixel belong to a class, where classes are independent; null: a probability above one half.</param>
    /// <param name="progress">Told the number of images done after each.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static (Evaluation Before, Evaluation After) Evaluate(
        Inference inference,
        IDataSet dataSet,
        SampleTransform transform,
        DenseCrfOptions options,
        int threads,
        string metric = MetricCatalog.Auto,
        ThresholdSearch? search = null,
        DecisionThresholds? thresholds = null,
        Action<int>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(inference);
        ArgumentNullException.ThrowIfNull(dataSet);
        ArgumentNullException.ThrowIfNull(transform);
        var before = new EvaluationScores(dataSet, metric, null, thresholds);
        var after = new EvaluationScores(dataSet, metric, null, thresholds);
        foreach (Batch batch in EvaluationBatches.Of(dataSet, transform, batchSize: 1))
        {
            float[] probabilities = inference.Probabilities(batch.Images, new TensorShape(1, 3, batch.Height, batch.Width));
            before.Add(probabilities, batch);
            float[] refined = new DenseCrf(Picture(batch, transform.Normalization), options, threads).RefineProbabilities(probabilities, dataSet.ClassNames.Count, dataSet.IsMultiLabel);
            after.Add(refined, batch);
            search?.Add(batch.Layers, refined, batch.Height * batch.Width);
            progress?.Invoke(before.Images);
        }

        return (before.ToEvaluation(), after.ToEvaluation());
    }

    // The network's picture turned back into bytes.
    private static Image Picture(Batch batch, Normalization normalization)
    {
        var image = new Image(batch.Width, batch.Height, 3);
        int pixels = batch.Width * batch.Height;
        for (int c = 0; c < 3; c++)
        {
            float mean = normalization.MeanOf(c), deviation = normalization.DeviationOf(c);
            ReadOnlySpan<float> plane = batch.Images.AsSpan(c * pixels, pixels);
            for (int i = 0; i < plane.Length; i++)
                image.Pixels[(3 * i) + c] = (byte)Math.Clamp(MathF.Round(((plane[i] * deviation) + mean) * byte.MaxValue), 0, byte.MaxValue);
        }

        return image;
    }
}

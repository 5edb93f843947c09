using SegFromScratch.Training.Data;
using SegFromScratch.Training.Data.Loading;
using SegFromScratch.Training.Data.Transforms;
using SegFromScratch.Training.Metrics;
using SegFromScratch.Training.Prediction;

namespace SegFromScratch.Training.Trainer;

/// <summary>Compares what a <see cref="Predictor"/> says about a data set with the truth at the pictures' own size: what a person gets, whatever size the network saw.</summary>
public static class PictureEvaluator
{
    /// <summary>Predicts picture by picture.</summary>
    /// <param name="predictor">The network, and how it is asked.</param>
    /// <param name="dataSet">Images and truth.</param>
    /// <param name="withCrf">True where the predictor has a dense CRF, whose effect is told apart.</param>
    /// <param name="metric">The score that <see cref="Evaluation.Score"/> shall be.</param>
    /// <param name="search">Is shown the probabilities, where classes are independent: those after the CRF where there is one.</param>
    /// <param name="thresholds">What makes a pixel belong to a class, where classes are independent; null: a probability above one half.</param>
    /// <param name="progress">Told the number of images done after each.</param>
    /// <returns>The scores without CRF, and those with it where there is one.</returns>
    public static (Evaluation Before, Evaluation? After) Evaluate(
        Predictor predictor, IDataSet dataSet, bool withCrf, string metric = MetricCatalog.Auto, ThresholdSearch? search = null, DecisionThresholds? thresholds = null, Action<int>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(predictor);
        ArgumentNullException.ThrowIfNull(dataSet);
        EvaluationScores before = new(dataSet, metric, null, thresholds), after = new(dataSet, metric, null, thresholds);
        var asItIs = new SampleTransform(new AugmentationOptions(), Normalization.Unit);
        var renderer = new SampleRenderer();
        for (int index = 0; index < dataSet.Count; index++)
        {
            Sample sample = dataSet.Load(index);
            Batch truth = BatchFiller.Single(sample, dataSet.IsMultiLabel ? dataSet.ClassNames.Count : 0, asItIs, renderer, new BatchPosition(0, index), index == dataSet.Count - 1);
            float[] probabilities = predictor.Plain(sample.Image);
            before.Add(probabilities, truth);
            if (withCrf)
            {
                probabilities = predictor.Refine(probabilities, sample.Image);
                after.Add(probabilities, truth);
            }

            search?.Add(truth.Layers, probabilities, truth.Height * truth.Width);
            progress?.Invoke(before.Images);
        }

        return (before.ToEvaluation(), withCrf ? after.ToEvaluation() : null);
    }
}

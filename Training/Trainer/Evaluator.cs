using SegFromScratch.Engine.Tensors;
using SegFromScratch.Training.Data;
using SegFromScratch.Training.Data.Loading;
using SegFromScratch.Training.Data.Transforms;
using SegFromScratch.Training.Metrics;
using SegFromScratch.Training.Prediction;

namespace SegFromScratch.Training.Trainer;

/// <summary>Compares what a network says about a data set with the truth, at the size at which the network sees the images.</summary>
public static class Evaluator
{
    /// <summary>Runs the network over the whole data set, in its order.</summary>
    /// <param name="inference">The network, and how it is asked.</param>
    /// <param name="dataSet">Images and truth.</param>
    /// <param name="transform">How images are brought to the network's size; nothing random.</param>
    /// <param name="batchSize">Images at once.</param>
    /// <param name="progress">Told the number of images done after each batch.</param>
    /// <param name="answered">Shown the answers to each batch.</param>
    /// <param name="metric">The score that <see cref="Evaluation.Score"/> shall be.</param>
    /// <param name="search">Is shown the probabilities too, where classes are independent.</param>
    /// <param name="thresholds">What makes a pixel belong to a class, where classes are independent; null: a probability above one half.</param>
    /// <param name="cancellation">Ends the evaluation early.</param>
    /// <exception cref="OperationCanceledException">It was ended early.</exception>
    public static Evaluation Evaluate(
        Inference inference,
        IDataSet dataSet,
        SampleTransform transform,
        int batchSize,
        Action<int>? progress = null,
        AnswerObserver? answered = null,
        string metric = MetricCatalog.Auto,
        ThresholdSearch? search = null,
        DecisionThresholds? thresholds = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(inference);
        ArgumentNullException.ThrowIfNull(dataSet);
        var scores = new EvaluationScores(dataSet, metric, answered, thresholds);
        foreach (Batch batch in EvaluationBatches.Of(dataSet, transform, batchSize))
        {
            cancellation.ThrowIfCancellationRequested();
            float[] answers = inference.Scores(batch.Images, new TensorShape(batch.Count, 3, batch.Height, batch.Width));
            scores.Add(answers, batch);
            search?.Add(batch.Layers.AsSpan(0, answers.Length), answers, batch.Height * batch.Width);
            progress?.Invoke(scores.Images);
        }

        return scores.ToEvaluation();
    }
}

using SegFromScratch.Engine.Tensors;
using SegFromScratch.Layers.Models;
using SegFromScratch.Training.Data;
using SegFromScratch.Training.Data.Loading;
using SegFromScratch.Training.Data.Transforms;
using SegFromScratch.Training.Metrics;
using SegFromScratch.Training.Prediction;

namespace SegFromScratch.Training.Trainer;

/// <summary>Compares what a network says about a data set with the truth.</summary>
public static class Evaluator
{
    /// <summary>Runs the network over the whole data set, in its order.</summary>
    /// <param name="model">The network.</param>
    /// <param name="dataSet">Images and truth.</param>
    /// <param name="transform">How images are brought to the network's size; nothing random.</param>
    /// <param name="batchSize">Images at once.</param>
    /// <param name="progress">Told the number of images done after each batch.</param>
    /// <param name="answered">Shown the answers to each batch.</param>
    /// <param name="metric">The score that <see cref="Evaluation.Score"/> shall be.</param>
    /// <param name="thresholds">Is shown the probabilities too, where classes are independent.</param>
    /// <param name="cancellation">Ends the evaluation early.</param>
    /// <exception cref="OperationCanceledException">It was ended early.</exception>
    public static Evaluation Evaluate(
        SegmentationModel model,
        IDataSet dataSet,
        SampleTransform transform,
        int batchSize,
        Action<int>? progress = null,
        AnswerObserver? answered = null,
        string metric = MetricCatalog.Auto,
        ThresholdSearch? thresholds = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(dataSet);
        var scores = new EvaluationScores(dataSet, metric, answered);
        using var loader = new BatchLoader(dataSet, transform, new BatchLoaderOptions { BatchSize = batchSize });
        foreach (Batch batch in loader.Epoch())
        {
            cancellation.ThrowIfCancellationRequested();
            float[] logits = PaddedInference.Logits(model, batch.Images, new TensorShape(batch.Count, 3, batch.Height, batch.Width));
            if (dataSet.IsMultiLabel)
                ClassDecision.Sigmoid(logits);
            scores.Add(logits, batch);
            thresholds?.Add(batch.Layers.AsSpan(0, logits.Length), logits, batch.Height * batch.Width);
            progress?.Invoke(scores.Images);
        }

        return scores.ToEvaluation();
    }
}

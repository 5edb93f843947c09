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
    /// <param name="cancellation">Ends the evaluation early.</param>
    /// <exception cref="OperationCanceledException">It was ended early.</exception>
    public static Evaluation Evaluate(
        SegmentationModel model,
        IDataSet dataSet,
        SampleTransform transform,
        int batchSize,
        Action<int>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(dataSet);
        ConfusionMatrix? confusion = dataSet.IsMultiLabel ? null : new ConfusionMatrix(dataSet.ClassNames.Count, dataSet.IgnoreIndex);
        KaggleDice? dice = dataSet.IsMultiLabel ? new KaggleDice(dataSet.ClassNames.Count) : null;
        using var loader = new BatchLoader(dataSet, transform, new BatchLoaderOptions { BatchSize = batchSize });
        int images = 0;
        foreach (Batch batch in loader.Epoch())
        {
            cancellation.ThrowIfCancellationRequested();
            var shape = new TensorShape(batch.Count, 3, batch.Height, batch.Width);
            float[] logits = PaddedInference.Logits(model, batch.Images, shape);
            Add(confusion, dice, logits, batch, shape with { Channels = model.Classes });
            images += batch.Count;
            progress?.Invoke(images);
        }

        return new Evaluation
        {
            Metric = confusion is null ? "mean Dice" : "mean IoU",
            Score = confusion?.MeanIoU ?? dice!.Score,
            Images = images,
            Confusion = confusion,
            Dice = dice,
        };
    }

    private static void Add(ConfusionMatrix? confusion, KaggleDice? dice, float[] logits, Batch batch, TensorShape shape)
    {
        int pixels = batch.Height * batch.Width;
        confusion?.Add(batch.ClassMap.AsSpan(0, batch.Count * pixels), ClassDecision.Largest(logits, shape));
        if (dice is null)
            return;
        ClassDecision.Sigmoid(logits);
        dice.Add(batch.Layers.AsSpan(0, logits.Length), logits, pixels);
    }
}

using SegFromScratch.Engine.Tensors;
using SegFromScratch.Layers.Models;
using SegFromScratch.Training.Data.Loading;
using SegFromScratch.Training.Losses;
using SegFromScratch.Training.Optimization;

namespace SegFromScratch.Training.Trainer;

/// <summary>Makes training steps: forward, loss, backward, update. Knows nothing of epochs, files or terminals.</summary>
/// <param name="model">The network; it is trained where its parameters lie.</param>
/// <param name="loss">What is made small.</param>
/// <param name="optimizer">How.</param>
/// <param name="seed">Fixes what is random in a step, such as dropout.</param>
public sealed class Trainer(SegmentationModel model, ISegmentationLoss loss, Optimizer optimizer, ulong seed)
{
    /// <summary>The network.</summary>
    public SegmentationModel Model => model;

    /// <summary>How the weights change.</summary>
    public Optimizer Optimizer => optimizer;

    /// <summary>Learns from one batch.</summary>
    /// <param name="batch">Images and truth.</param>
    /// <param name="stepNumber">The number of the step in the run, from 0: it fixes the step's random numbers, so a resumed run repeats them.</param>
    /// <param name="learningRate">The rate of this step.</param>
    /// <returns>The loss before the update.</returns>
    /// <exception cref="TrainingException">The loss is not a number.</exception>
    public float Learn(Batch batch, long stepNumber, double learningRate)
    {
        ArgumentNullException.ThrowIfNull(batch);
        using var step = new Step(model.Device, training: true, unchecked((seed * 0x9E3779B97F4A7C15UL) + (ulong)stepNumber));
        Tensor images = UploadImages(step, batch);
        Tensor value = TotalLoss(step, model, loss, images, _ => BatchTarget.Upload(step, batch, model.Margin));
        step.Backward(value);
        float result = value.ToScalar();
        if (!float.IsFinite(result))
        {
            optimizer.DropGradients();
            throw new TrainingException($"the loss of step {stepNumber} is {result}: use a lower learning rate than {learningRate:g3}, or continue from the last checkpoint with --resume");
        }

        optimizer.Update(learningRate);
        return result;
    }

    /// <summary>The loss of the network's logits plus those of its auxiliary heads, each times its weight. Releases the images.</summary>
    /// <param name="step">The step.</param>
    /// <param name="model">The network.</param>
    /// <param name="loss">The loss of one head.</param>
    /// <param name="images">N,3,H,W.</param>
    /// <param name="target">Gives the truth for logits of a shape.</param>
    internal static Tensor TotalLoss(Step step, SegmentationModel model, ISegmentationLoss loss, Tensor images, Func<TensorShape, BatchTarget> target)
    {
        IReadOnlyList<WeightedLogits> heads = model.ForwardAll(step, images);
        Step.Release(images);
        BatchTarget truth = target(heads[0].Logits.Shape);
        Tensor? total = null;
        foreach (WeightedLogits head in heads)
        {
            Tensor term = WeightedSumLoss.Weigh(step, loss.Apply(step, head.Logits, truth), head.Weight);
            Step.Release(head.Logits);
            total = total is null ? term : WeightedSumLoss.Sum(step, total, term);
        }

        return total!;
    }

    /// <summary>Copies a batch's images to the device.</summary>
    internal static Tensor UploadImages(Step step, Batch batch)
    {
        var shape = new TensorShape(batch.Count, 3, batch.Height, batch.Width);
        return step.Input(shape, batch.Images.AsSpan(0, (int)shape.Elements), "images");
    }
}

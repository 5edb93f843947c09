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
        float result = Accumulate(batch, stepNumber);
        Update(batch, stepNumber, learningRate);
        return result;
    }

    /// <summary>Adds the gradients of a batch to those of earlier ones. Afterwards <see cref="Update"/>.</summary>
    /// <param name="batch">Images and truth.</param>
    /// <param name="passNumber">The number of the pass in the run, from 0: it fixes the random numbers.</param>
    /// <param name="share">The batch's share of the step: 1 / n for each of n batches.</param>
    /// <returns>The loss of this batch.</returns>
    /// <exception cref="TrainingException">The loss, or with <see cref="FindNan"/> any result on the way, is not a number; the message names the operation.</exception>
    public float Accumulate(Batch batch, long passNumber, float share = 1)
    {
        ArgumentNullException.ThrowIfNull(batch);
        using Step step = BeginStep(passNumber);
        using NonFiniteSearch? search = FindNan ? new NonFiniteSearch(step, model) : null;
        float result = Pass(step, batch, share);
        if (!float.IsFinite(result) || search?.Found is not null)
        {
            optimizer.DropGradients();
            throw new TrainingException($"the loss of pass {passNumber} is {result}: {search?.Found ?? FindOrigin(batch, passNumber)}; use a lower learning rate or --clip 1, or continue from the last checkpoint with --resume");
        }

        return result;
    }

    /// <summary>Changes the weights against the gradients that were accumulated.</summary>
    /// <param name="batch">The last batch, to repeat where a gradient is no number.</param>
    /// <param name="passNumber">The number of its pass.</param>
    /// <param name="learningRate">The rate of this step.</param>
    /// <exception cref="TrainingException">The gradients are limited, and one is not a number; the message names the operation.</exception>
    public void Update(Batch batch, long passNumber, double learningRate)
    {
        ArgumentNullException.ThrowIfNull(batch);
        try
        {
            optimizer.Update(learningRate);
        }
        catch (NotFiniteNumberException cause)
        {
            throw new TrainingException($"after pass {passNumber} {cause.Message}: {FindOrigin(batch, passNumber)}; use a lower learning rate than {learningRate:g3}", cause);
        }
    }

    /// <summary>True looks at every result of every step, to end at the first that is not a number.</summary>
    public bool FindNan { get; init; }

    /// <summary>Gives the batch that will be learnt from next, if it is known already, so that its pictures are on the device by then.</summary>
    public Func<Batch?>? NextBatch { get; set; }

    private Step BeginStep(long passNumber) => new(model.Device, training: true, unchecked((seed * 0x9E3779B97F4A7C15UL) + (ulong)passNumber));

    private float Pass(Step step, Batch batch, float share)
    {
        Tensor images = UploadImages(step, batch);
        step.Device.BeginGraph();
        Tensor value = WeightedSumLoss.Weigh(step, TotalLoss(step, model, loss, images, _ => BatchTarget.Upload(step, batch, model.Margin)), share);
        step.Backward(value);
        step.Device.EndGraph();

        // A GPU computes from here on; the next pictures cross the bus meanwhile.
        if (NextBatch?.Invoke() is { } next)
            step.Device.WriteAhead(next.Images, ImageElements(next));
        return value.ToScalar() / share;
    }

    // No weight has changed since and everything random follows from the number of the pass, so the same happens again.
    private string FindOrigin(Batch batch, long passNumber)
    {
        using Step step = BeginStep(passNumber);
        using var search = new NonFiniteSearch(step, model);
        Pass(step, batch, 1);
        optimizer.DropGradients();
        return search.Found ?? "no operation gave it when the batch was repeated alone";
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
        return step.Input(shape, batch.Images.AsSpan(0, ImageElements(batch)), "images");
    }

    private static int ImageElements(Batch batch) => batch.Count * 3 * batch.Height * batch.Width;
}

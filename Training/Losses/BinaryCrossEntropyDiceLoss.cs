using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Addition;
using SegFromScratch.Kernels.BinaryCrossEntropy;
using SegFromScratch.Kernels.SoftDice;

namespace SegFromScratch.Training.Losses;

/// <summary>Mean binary cross-entropy plus 1 - soft Dice over the whole batch, for independent classes: the loss of the Severstal study.</summary>
public sealed class BinaryCrossEntropyDiceLoss : ISegmentationLoss
{
    /// <inheritdoc/>
    public string Name => "bce-dice";

    /// <inheritdoc/>
    public Tensor Apply(Step step, Tensor logits, BatchTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        Tensor layers = target.Layers ?? throw new ArgumentException("bce-dice needs one mask a class: choose --loss cross-entropy for class maps");
        Tensor crossEntropy = BinaryCrossEntropy.Apply(step, logits, layers);
        Tensor dice = SoftDice.Apply(step, logits, layers);
        Tensor sum = Addition.Apply(step, crossEntropy, dice);
        Step.Release(crossEntropy);
        Step.Release(dice);
        return sum;
    }
}

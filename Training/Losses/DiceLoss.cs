using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.SoftDice;

namespace SegFromScratch.Training.Losses;

/// <summary>1 - soft Dice over the batch: of the softmax for class maps, of the sigmoid for classes that may overlap.</summary>
/// <param name="ignoreIndex">The class of class maps that does not count.</param>
/// <param name="squared">True squares the terms of the denominator (Milletari et al. 2016).</param>
/// <param name="eachClass">True takes the mean of the classes' losses, false one loss of all classes together.</param>
/// <param name="smooth">Added to numerator and denominator, above 0.</param>
public sealed class DiceLoss(int ignoreIndex, bool squared, bool eachClass, float smooth) : ISegmentationLoss
{
    /// <inheritdoc/>
    public string Name => "dice";

    /// <inheritdoc/>
    public Tensor Apply(Step step, Tensor logits, BatchTarget target) =>
        RegionOperands.Use(step, logits, target, ignoreIndex, Name, operands => SoftDice.Apply(step, operands.Logits, operands.Planes, smooth, eachClass, operands.Counts, squared));
}

using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.TverskyLoss;

namespace SegFromScratch.Training.Losses;

/// <summary>1 - Tversky index over the batch (Salehi et al. 2017): of the softmax for class maps, of the sigmoid for classes that may overlap.</summary>
/// <param name="ignoreIndex">The class of class maps that does not count.</param>
/// <param name="options">The prices of false positives and false negatives.</param>
public sealed class TverskyIndexLoss(int ignoreIndex, TverskyLossOptions options) : ISegmentationLoss
{
    /// <inheritdoc/>
    public string Name => "tversky";

    /// <inheritdoc/>
    public Tensor Apply(Step step, Tensor logits, BatchTarget target) =>
        RegionOperands.Use(step, logits, target, ignoreIndex, Name, operands => TverskyLoss.Apply(step, operands.Logits, operands.Planes, options, operands.Counts));
}

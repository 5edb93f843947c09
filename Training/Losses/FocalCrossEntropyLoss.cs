using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.FocalLoss;

namespace SegFromScratch.Training.Losses;

/// <summary>The focal loss (Lin et al., ICCV 2017): of the softmax for class maps, of the sigmoid for classes that may overlap.</summary>
/// <param name="options">gamma, alpha and the class that does not count.</param>
/// <param name="classAlphas">In place of alpha, one a class, 1,C,1,1; null: one for all.</param>
public sealed class FocalCrossEntropyLoss(FocalLossOptions options, Tensor? classAlphas = null) : ISegmentationLoss
{
    /// <inheritdoc/>
    public string Name => "focal";

    /// <inheritdoc/>
    public Tensor Apply(Step step, Tensor logits, BatchTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return target.ClassMap is { } classMap
            ? FocalLoss.ApplySoftmax(step, logits, classMap, options, classAlphas)
            : FocalLoss.ApplySigmoid(step, logits, target.RequireLayers(Name), options, null, classAlphas);
    }
}

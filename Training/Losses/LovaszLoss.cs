using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.LovaszSoftmax;

namespace SegFromScratch.Training.Losses;

/// <summary>The Lovász-softmax loss (Berman et al., CVPR 2018), one class a pixel.</summary>
/// <param name="ignoreIndex">The class that does not count.</param>
public sealed class LovaszLoss(int ignoreIndex) : ISegmentationLoss
{
    /// <inheritdoc/>
    public string Name => "lovasz";

    /// <inheritdoc/>
    public Tensor Apply(Step step, Tensor logits, BatchTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return LovaszSoftmax.Apply(step, logits, target.RequireClassMap(Name), ignoreIndex);
    }
}

using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.LovaszHinge;
using SegFromScratch.Kernels.LovaszSoftmax;

namespace SegFromScratch.Training.Losses;

/// <summary>The Lovász losses (Berman et al., CVPR 2018): Lovász-softmax for class maps, the Lovász hinge for classes that may overlap.</summary>
/// <param name="ignoreIndex">The class that does not count.</param>
public sealed class LovaszLoss(int ignoreIndex) : ISegmentationLoss
{
    /// <inheritdoc/>
    public string Name => "lovasz";

    /// <inheritdoc/>
    public Tensor Apply(Step step, Tensor logits, BatchTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return target.ClassMap is { } classMap ? LovaszSoftmax.Apply(step, logits, classMap, ignoreIndex) : LovaszHinge.Apply(step, logits, target.RequireLayers(Name));
    }
}

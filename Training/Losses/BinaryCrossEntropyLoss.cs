using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.BinaryCrossEntropy;

namespace SegFromScratch.Training.Losses;

/// <summary>Mean binary cross-entropy, for classes that may overlap.</summary>
public sealed class BinaryCrossEntropyLoss : ISegmentationLoss
{
    /// <inheritdoc/>
    public string Name => "bce";

    /// <inheritdoc/>
    public Tensor Apply(Step step, Tensor logits, BatchTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return BinaryCrossEntropy.Apply(step, logits, target.RequireLayers(Name));
    }
}

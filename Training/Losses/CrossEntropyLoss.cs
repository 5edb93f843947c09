using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.CrossEntropy;

namespace SegFromScratch.Training.Losses;

/// <summary>Softmax cross-entropy, one class a pixel.</summary>
/// <param name="options">The class that does not count, label smoothing.</param>
/// <param name="classWeights">A weight a class, 1,C,1,1; null weighs all the same.</param>
public sealed class CrossEntropyLoss(CrossEntropyOptions options, Tensor? classWeights) : ISegmentationLoss
{
    /// <inheritdoc/>
    public string Name => "cross-entropy";

    /// <inheritdoc/>
    public Tensor Apply(Step step, Tensor logits, BatchTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return CrossEntropy.Apply(step, logits, target.RequireClassMap(Name), options, classWeights);
    }
}

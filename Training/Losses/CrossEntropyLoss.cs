using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.CrossEntropy;

namespace SegFromScratch.Training.Losses;

/// <summary>Softmax cross-entropy, one class a pixel.</summary>
/// <param name="ignoreIndex">The class that does not count.</param>
/// <param name="classWeights">A weight a class, 1,C,1,1; null weighs all the same.</param>
public sealed class CrossEntropyLoss(int ignoreIndex, Tensor? classWeights) : ISegmentationLoss
{
    private readonly CrossEntropyOptions _options = new() { IgnoreIndex = ignoreIndex };

    /// <inheritdoc/>
    public string Name => "cross-entropy";

    /// <inheritdoc/>
    public Tensor Apply(Step step, Tensor logits, BatchTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return CrossEntropy.Apply(step, logits, target.ClassMap ?? throw new ArgumentException("cross-entropy needs one class a pixel: choose --loss bce-dice for masks that may overlap"), _options, classWeights);
    }
}

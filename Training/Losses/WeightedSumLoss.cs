using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Addition;
using SegFromScratch.Kernels.Scale;

namespace SegFromScratch.Training.Losses;

/// <summary>The sum of losses, each times a factor.</summary>
/// <param name="name">How the sum is typed.</param>
/// <param name="terms">The factors and the losses, at least one.</param>
public sealed class WeightedSumLoss(string name, IReadOnlyList<(float Factor, ISegmentationLoss Loss)> terms) : ISegmentationLoss
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public Tensor Apply(Step step, Tensor logits, BatchTarget target)
    {
        Tensor? sum = null;
        foreach ((float factor, ISegmentationLoss loss) in terms)
        {
            Tensor term = Weigh(step, loss.Apply(step, logits, target), factor);
            sum = sum is null ? term : Sum(step, sum, term);
        }

        return sum ?? throw new InvalidOperationException($"the loss '{name}' has no term");
    }

    /// <summary>A number times a factor; takes over the number's reference.</summary>
    internal static Tensor Weigh(Step step, Tensor value, float factor)
    {
        if (factor == 1)
            return value;
        Tensor weighed = Scale.Apply(step, value, factor);
        Step.Release(value);
        return weighed;
    }

    /// <summary>A sum; takes over the references of both.</summary>
    internal static Tensor Sum(Step step, Tensor a, Tensor b)
    {
        Tensor sum = Addition.Apply(step, a, b);
        Step.Release(a);
        Step.Release(b);
        return sum;
    }
}

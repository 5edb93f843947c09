using SegFromScratch.Kernels.Reduction;

namespace SegFromScratch.Kernels.FocalLoss;

/// <summary>The options of <see cref="FocalLoss"/>.</summary>
public sealed record FocalLossOptions
{
    /// <summary>How strongly sure and right answers are damped, 0 or more; 0 is the cross entropy.</summary>
    public float Gamma { get; init; } = 2f;

    /// <summary>
    /// From 0 to 1, or null for no weight. Of logits that are questions of their own, the weight of a true element; a false one then has 1 - Alpha.
    /// Of a class map, the weight of every pixel.
    /// </summary>
    public float? Alpha { get; init; }

    /// <summary>The class of pixels that do not count: void, border. Other classes outside 0 up to C are treated the same. For class maps only.</summary>
    public int IgnoreIndex { get; init; } = -100;

    /// <summary>Mean over the pixels or elements that count, or sum. Neither Alpha nor the damping enters the divisor.</summary>
    public LossReduction Reduction { get; init; }
}

using SegFromScratch.Kernels.SoftDice;

namespace SegFromScratch.Kernels.TverskyLoss;

/// <summary>Tversky: A = sum of v p t, B = A + sum of v (alpha p (1 - t) + beta (1 - p) t).</summary>
/// <param name="Alpha">What a false positive costs.</param>
/// <param name="Beta">What a false negative costs.</param>
public readonly record struct TverskyRegionTerms(float Alpha, float Beta) : IRegionTerms
{
    /// <inheritdoc/>
    public float Second(float p, float t) => (Alpha * p * (1f - t)) + (Beta * (1f - p) * t);

    /// <inheritdoc/>
    public float NumeratorSlope(float p, float t) => t;

    /// <inheritdoc/>
    public float DenominatorSlope(float p, float t) => t + (Alpha * (1f - t)) - (Beta * t);
}

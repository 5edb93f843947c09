namespace SegFromScratch.Kernels.SoftDice;

/// <summary>Soft Dice: A = 2 sum of v p t, B = sum of v (p + t) or, squared, v (p^2 + t^2).</summary>
/// <param name="Squared">Not 0 squares the terms of B.</param>
public readonly record struct DiceRegionTerms(int Squared) : IRegionTerms
{
    /// <inheritdoc/>
    public float Second(float p, float t) => Squared != 0 ? (p * p) + (t * t) : p + t;

    /// <inheritdoc/>
    public float NumeratorSlope(float p, float t) => 2f * t;

    /// <inheritdoc/>
    public float DenominatorSlope(float p, float t) => Squared != 0 ? 2f * p : 1f;
}

using System.Runtime.Intrinsics;

namespace SegFromScratch.Kernels.SoftDice.Cpu;

/// <summary>Soft Dice with squares below: a = 2 p t, b = p^2 + t^2.</summary>
internal readonly struct SquaredDiceTerms : IOverlapTerms
{
    /// <inheritdoc/>
    public Vector256<float> Numerator(Vector256<float> p, Vector256<float> t) => 2f * p * t;

    /// <inheritdoc/>
    public Vector256<float> Denominator(Vector256<float> p, Vector256<float> t) => (p * p) + (t * t);

    /// <inheritdoc/>
    public Vector256<float> NumeratorSlope(Vector256<float> p, Vector256<float> t) => 2f * t;

    /// <inheritdoc/>
    public Vector256<float> DenominatorSlope(Vector256<float> p, Vector256<float> t) => 2f * p;
}

using System.Runtime.Intrinsics;

namespace SegFromScratch.Kernels.SoftDice.Cpu;

/// <summary>Soft Dice: a = 2 p t, b = p + t.</summary>
internal readonly struct DiceTerms : IOverlapTerms
{
    /// <inheritdoc/>
    public Vector256<float> Numerator(Vector256<float> p, Vector256<float> t) => 2f * p * t;

    /// <inheritdoc/>
    public Vector256<float> Denominator(Vector256<float> p, Vector256<float> t) => p + t;

    /// <inheritdoc/>
    public Vector256<float> NumeratorSlope(Vector256<float> p, Vector256<float> t) => 2f * t;

    /// <inheritdoc/>
    public Vector256<float> DenominatorSlope(Vector256<float> p, Vector256<float> t) => Vector256<float>.One;
}

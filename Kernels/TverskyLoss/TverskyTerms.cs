using System.Runtime.Intrinsics;
using SegFromScratch.Kernels.SoftDice.Cpu;

namespace SegFromScratch.Kernels.TverskyLoss;

/// <summary>Tversky: a = p t, b = p t + alpha p (1 - t) + beta (1 - p) t.</summary>
/// <param name="alpha">What a false positive costs.</param>
/// <param name="beta">What a false negative costs.</param>
internal readonly struct TverskyTerms(float alpha, float beta) : IOverlapTerms
{
    /// <inheritdoc/>
    public Vector256<float> Numerator(Vector256<float> p, Vector256<float> t) => p * t;

    /// <inheritdoc/>
    public Vector256<float> Denominator(Vector256<float> p, Vector256<float> t) =>
        (p * t) + (alpha * p * (Vector256<float>.One - t)) + (beta * (Vector256<float>.One - p) * t);

    /// <inheritdoc/>
    public Vector256<float> NumeratorSlope(Vector256<float> p, Vector256<float> t) => t;

    /// <inheritdoc/>
    public Vector256<float> DenominatorSlope(Vector256<float> p, Vector256<float> t) => t + (alpha * (Vector256<float>.One - t)) - (beta * t);
}

using System.Runtime.Intrinsics;

namespace SegFromScratch.Kernels.SoftDice.Cpu;

/// <summary>
/// What a loss 1 - A / B over a region adds up, eight elements at a time: A is the sum of v a(p, t) and B that of v b(p, t), each with the smoothing, for probabilities p, targets t and weights v.
/// Implementations are structs, so that each job is compiled for its own.
/// </summary>
internal interface IOverlapTerms
{
    /// <summary>a(p, t).</summary>
    Vector256<float> Numerator(Vector256<float> p, Vector256<float> t);

    /// <summary>b(p, t).</summary>
    Vector256<float> Denominator(Vector256<float> p, Vector256<float> t);

    /// <summary>The derivative of a by p.</summary>
    Vector256<float> NumeratorSlope(Vector256<float> p, Vector256<float> t);

    /// <summary>The derivative of b by p.</summary>
    Vector256<float> DenominatorSlope(Vector256<float> p, Vector256<float> t);
}

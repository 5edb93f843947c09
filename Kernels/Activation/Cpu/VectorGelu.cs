using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Activation.Cpu;

/// <summary>x Phi(x), with the normal distribution Phi as <see cref="Gelu"/> computes it.</summary>
internal readonly struct VectorGelu : IVectorFunction
{
    /// <inheritdoc/>
    public Vector256<float> Apply(Vector256<float> x) => x * Distribution(x, Bell(x));

    /// <summary>exp(-x^2 / 2).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Bell(Vector256<float> x) => VectorExponential.OfNonPositive(x * x * -0.5f);

    /// <summary>Phi(x) = (1 + erf(x / sqrt 2)) / 2, with erf within 1.5e-7: Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Distribution(Vector256<float> x, Vector256<float> bell)
    {
        Vector256<float> z = Vector256.Abs(x) * 0.7071067812f;
        Vector256<float> t = Vector256<float>.One / Vector256.MultiplyAddEstimate(z, Vector256.Create(0.3275911f), Vector256<float>.One);
        Vector256<float> p = Vector256.MultiplyAddEstimate(t, Vector256.Create(1.061405429f), Vector256.Create(-1.453152027f));
        p = Vector256.MultiplyAddEstimate(p, t, Vector256.Create(1.421413741f));
        p = Vector256.MultiplyAddEstimate(p, t, Vector256.Create(-0.284496736f));
        p = Vector256.MultiplyAddEstimate(p, t, Vector256.Create(0.254829592f));
        Vector256<float> upperTail = 0.5f * p * t * bell;
        return Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<float>.Zero), upperTail, Vector256<float>.One - upperTail);
    }
}

/// <summary>gradient * (Phi(x) + x phi(x)), with the density phi(x) = exp(-x^2 / 2) / sqrt(2 pi).</summary>
internal readonly struct VectorGeluGradient : IVectorFunction2
{
    private const float InverseRootOf2Pi = 0.3989422804f;

    /// <inheritdoc/>
    public Vector256<float> Apply(Vector256<float> input, Vector256<float> gradient)
    {
        Vector256<float> bell = VectorGelu.Bell(input);
        return gradient * (VectorGelu.Distribution(input, bell) + (input * InverseRootOf2Pi * bell));
    }
}

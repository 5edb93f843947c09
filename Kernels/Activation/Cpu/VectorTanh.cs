using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Activation.Cpu;

/// <summary>tanh x = 1 - 2 e / (1 + e) with e = exp(-2 |x|), and a polynomial where that would lose digits. Polynomial: Moshier's Cephes library (tanhf).</summary>
internal readonly struct VectorTanh : IVectorFunction
{
    // Below it tanh x is computed as x + x^3 P(x^2).
    private const float Small = 0.625f;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> Apply(Vector256<float> x)
    {
        Vector256<float> size = Vector256.Abs(x), square = x * x;
        Vector256<float> e = VectorExponential.OfNonPositive(size * -2f);
        Vector256<float> far = Vector256.CopySign(Vector256<float>.One - (2f * e / (Vector256<float>.One + e)), x);
        Vector256<float> p = Vector256.MultiplyAddEstimate(square, Vector256.Create(-5.70498872745e-3f), Vector256.Create(2.06390887954e-2f));
        p = Vector256.MultiplyAddEstimate(p, square, Vector256.Create(-5.37397155531e-2f));
        p = Vector256.MultiplyAddEstimate(p, square, Vector256.Create(1.33314422036e-1f));
        p = Vector256.MultiplyAddEstimate(p, square, Vector256.Create(-3.33332819422e-1f));
        Vector256<float> near = Vector256.MultiplyAddEstimate(p * square, x, x);
        return Vector256.ConditionalSelect(Vector256.LessThan(size, Vector256.Create(Small)), near, far);
    }
}

/// <summary>gradient * (1 - output^2).</summary>
internal readonly struct VectorTanhGradient : IVectorFunction2
{
    /// <inheritdoc/>
    public Vector256<float> Apply(Vector256<float> output, Vector256<float> gradient) => gradient * (Vector256<float>.One - (output * output));
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SegFromScratch.Kernels.Cpu;

/// <summary>
/// Exponentials and their logarithms in single precision, eight at a time, for the ranges that softmax and sigmoid need. The library's functions serve
/// every argument and go through double: they take some three times as long. Polynomials: Moshier's Cephes library (expf, logf); errors stay near one unit in the last place.
/// </summary>
internal static class VectorExponential
{
    // Below it exp(x) would not be a normal number.
    private const float LeastExponent = -87.33654f;

    // Added and subtracted it rounds to whole numbers, which stand in the lowest bits of the sum.
    private const float Rounding = 12582912f;

    // ln 2 in two parts: multiples of the first, which has few bits, are exact.
    private const float LogarithmOf2High = 0.693359375f;
    private const float LogarithmOf2Low = -2.12194440e-4f;

    /// <summary>exp(x) for x at most 0; 0 where that is below the normal numbers. NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> OfNonPositive(Vector256<float> x) =>
        Vector256.AndNot(OfNonPositiveOrLeast(x), Vector256.LessThan(x, Vector256.Create(LeastExponent)));

    /// <summary>exp(x) for x at most 0; about the smallest normal number where it is below: for a sum that has exp(0) in it, in which either vanishes. NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> OfNonPositiveOrLeast(Vector256<float> x)
    {
        x = Vector256.MaxNative(Vector256.Create(LeastExponent), x);

        // exp(x) = 2^n exp(r) with r between -ln 2 / 2 and ln 2 / 2.
        Vector256<float> bits = Vector256.MultiplyAddEstimate(x, Vector256.Create(1.44269504f), Vector256.Create(Rounding));
        Vector256<float> n = bits - Vector256.Create(Rounding);
        Vector256<float> r = Vector256.MultiplyAddEstimate(n, Vector256.Create(-LogarithmOf2High), x);
        r = Vector256.MultiplyAddEstimate(n, Vector256.Create(-LogarithmOf2Low), r);
        Vector256<float> p = Vector256.MultiplyAddEstimate(r, Vector256.Create(1.9875691500e-4f), Vector256.Create(1.3981999507e-3f));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(8.3334519073e-3f));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(4.1665795894e-2f));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(1.6666665459e-1f));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(5.0000001201e-1f));
        p = Vector256.MultiplyAddEstimate(p, r * r, r) + Vector256<float>.One;
        return (p.AsInt32() + (bits.AsInt32() << 23)).AsSingle();
    }

    /// <summary>log(1 + e) for e from 0 to 1, exact to the last digits also where e is small. NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> LogarithmOfOnePlus(Vector256<float> e)
    {
        // 1 + e = 1 + f, or 2 (1 + f) where f would leave the polynomial's range.
        Vector256<float> upper = Vector256.GreaterThan(e, Vector256.Create(0.41421356f));
        Vector256<float> f = Vector256.ConditionalSelect(upper, (e - Vector256<float>.One) * 0.5f, e);
        Vector256<float> p = Vector256.MultiplyAddEstimate(f, Vector256.Create(7.0376836292e-2f), Vector256.Create(-1.1514610310e-1f));
        p = Vector256.MultiplyAddEstimate(p, f, Vector256.Create(1.1676998740e-1f));
        p = Vector256.MultiplyAddEstimate(p, f, Vector256.Create(-1.2420140846e-1f));
        p = Vector256.MultiplyAddEstimate(p, f, Vector256.Create(1.4249322787e-1f));
        p = Vector256.MultiplyAddEstimate(p, f, Vector256.Create(-1.6668057665e-1f));
        p = Vector256.MultiplyAddEstimate(p, f, Vector256.Create(2.0000714765e-1f));
        p = Vector256.MultiplyAddEstimate(p, f, Vector256.Create(-2.4999993993e-1f));
        p = Vector256.MultiplyAddEstimate(p, f, Vector256.Create(3.3333331174e-1f));
        Vector256<float> square = f * f;
        p = p * f * square;
        p += Vector256.Create(LogarithmOf2Low) & upper;
        p = Vector256.MultiplyAddEstimate(square, Vector256.Create(-0.5f), p);
        return f + p + (Vector256.Create(LogarithmOf2High) & upper);
    }
}

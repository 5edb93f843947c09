using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Kernels.BinaryCrossEntropy.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.FocalLoss.Cpu;

/// <summary>a m^gamma l with the binary cross entropy l, the error m = p (1 - t) + (1 - p) t and the balance a = positive t + negative (1 - t).</summary>
/// <param name="gamma">The exponent.</param>
/// <param name="positive">The balance of logits with t = 1.</param>
/// <param name="negative">The balance of logits with t = 0.</param>
internal readonly struct VectorFocalLoss(float gamma, float positive, float negative) : IElementLoss
{
    private readonly VectorPower _power = new(gamma);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> Loss(Vector256<float> x, Vector256<float> t)
    {
        (_, _, Vector256<float> miss, Vector256<float> loss) = Terms(x, t);
        return Balance(t) * _power.Of(miss) * loss;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> Slope(Vector256<float> x, Vector256<float> t)
    {
        (Vector256<float> p, Vector256<float> q, Vector256<float> miss, Vector256<float> loss) = Terms(x, t);
        Vector256<float> missSlope = (Vector256<float>.One - (2f * t)) * p * q;
        return Balance(t) * ((_power.Of(miss) * (p - t)) + (_power.Derivative(miss) * missSlope * loss));
    }

    /// <summary>p = sigmoid(x), q = sigmoid(-x) with all its digits, m and l: all from one exponential.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> P, Vector256<float> Q, Vector256<float> Miss, Vector256<float> Loss) Terms(Vector256<float> x, Vector256<float> t)
    {
        Vector256<float> e = VectorExponential.OfNonPositive(-Vector256.Abs(x));
        Vector256<float> larger = Vector256<float>.One / (Vector256<float>.One + e), smaller = e * larger;
        Vector256<float> negative = Vector256.LessThan(x, Vector256<float>.Zero);
        Vector256<float> p = Vector256.ConditionalSelect(negative, smaller, larger), q = Vector256.ConditionalSelect(negative, larger, smaller);
        Vector256<float> loss = Vector256.Max(x, Vector256<float>.Zero) - (t * x) + VectorExponential.LogarithmOfOnePlus(e);
        return (p, q, ((Vector256<float>.One - t) * p) + (t * q), loss);
    }

    private Vector256<float> Balance(Vector256<float> t) => (t * positive) + ((Vector256<float>.One - t) * negative);
}

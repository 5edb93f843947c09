using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.FocalLoss.Cpu;

/// <summary>m^gamma for m from 0 to 1 and gamma of 0 or more; the usual exponents 0, 1 and 2 without a logarithm.</summary>
/// <param name="gamma">The exponent.</param>
internal readonly struct VectorPower(float gamma)
{
    /// <summary>m^gamma; 0^0 is 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> Of(Vector256<float> m) => gamma switch
    {
        0f => Vector256<float>.One,
        1f => m,
        2f => m * m,
        _ => VectorExponential.OfNonPositive(Vector256.Log(m) * gamma),
    };

    /// <summary>gamma m^(gamma - 1), and 0 at m = 0: there it is infinite below gamma = 1, but what it is multiplied by vanishes faster.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> Derivative(Vector256<float> m)
    {
        Vector256<float> derivative = gamma switch
        {
            0f => Vector256<float>.Zero,
            1f => Vector256<float>.One,
            2f => 2f * m,
            _ => gamma * Of(m) / m,
        };
        return derivative & Vector256.GreaterThan(m, Vector256<float>.Zero);
    }
}

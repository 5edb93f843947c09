using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SegFromScratch.Kernels.BatchNormalization.Cpu;

/// <summary>The gradient that passes through a fused rectifier.</summary>
internal static class RectifiedGradient
{
    /// <summary>The gradient where deviation * scale + beta, computed exactly as in the forward pass, is above the floor; else 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Of(
        Vector256<float> deviation, Vector256<float> scale, Vector256<float> beta, Vector256<float> floor, Vector256<float> gradient) =>
        Vector256.AndNot(gradient, Vector256.LessThanOrEqual(Vector256.MultiplyAddEstimate(deviation, scale, beta), floor));
}

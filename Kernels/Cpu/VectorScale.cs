using System.Runtime.Intrinsics;

namespace SegFromScratch.Kernels.Cpu;

/// <summary>factor * x.</summary>
/// <param name="factor">The factor.</param>
internal readonly struct VectorScale(float factor) : IVectorFunction
{
    /// <inheritdoc/>
    public Vector256<float> Apply(Vector256<float> x) => x * factor;
}

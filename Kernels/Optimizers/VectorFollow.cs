using System.Runtime.Intrinsics;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Optimizers;

/// <summary>average + take * (value - average).</summary>
/// <param name="take">The share of the value.</param>
internal readonly struct VectorFollow(float take) : IVectorFunction2
{
    /// <inheritdoc/>
    public Vector256<float> Apply(Vector256<float> average, Vector256<float> value) => average + ((value - average) * take);
}

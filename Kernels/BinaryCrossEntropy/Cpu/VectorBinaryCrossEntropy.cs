using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Kernels.Activation.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.BinaryCrossEntropy.Cpu;

/// <summary>max(x, 0) - t x + log(1 + exp(-|x|)).</summary>
internal readonly struct VectorBinaryCrossEntropy : IElementLoss
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> Loss(Vector256<float> x, Vector256<float> t)
    {
        Vector256<float> tail = VectorExponential.LogarithmOfOnePlus(VectorExponential.OfNonPositive(-Vector256.Abs(x)));
        return Vector256.Max(x, Vector256<float>.Zero) - (t * x) + tail;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> Slope(Vector256<float> x, Vector256<float> t) => VectorSigmoid.Of(x) - t;
}

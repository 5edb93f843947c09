using SegFromScratch.Engine.Dialect;

namespace SegFromScratch.Engine.Tensors;

/// <summary>The two kernels that the tape itself needs.</summary>
public static class TapeKernels
{
    /// <summary>target += source: a tensor that was used twice gets the sum of its gradients.</summary>
    [Kernel]
    public static void Add(Index1D index, ArrayView<float> target, ArrayView<float> source) =>
        target[index] += source[index];

    /// <summary>target = value.</summary>
    [Kernel]
    public static void Fill(Index1D index, ArrayView<float> target, float value) =>
        target[index] = value;
}

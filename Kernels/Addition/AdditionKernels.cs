namespace SegFromScratch.Kernels.Addition;

/// <summary>One thread an element of memory. Padded channels are zero in both inputs, so they are in the output.</summary>
public static class AdditionKernels
{
    /// <summary>output = a + b, where all three have the same layout.</summary>
    [Kernel]
    public static void Forward(Index1D index, ArrayView<float> a, ArrayView<float> b, ArrayView<float> output) =>
        output[index] = a[index] + b[index];

    /// <summary>output = max(0, a + b), where all three have the same layout.</summary>
    [Kernel]
    public static void ForwardRelu(Index1D index, ArrayView<float> a, ArrayView<float> b, ArrayView<float> output) =>
        output[index] = MathF.Max(a[index] + b[index], 0f);
}

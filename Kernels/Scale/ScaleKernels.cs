namespace SegFromScratch.Kernels.Scale;

/// <summary>One thread an element of memory. Padded channels stay zero.</summary>
public static class ScaleKernels
{
    /// <summary>output = factor * input, where both have the same layout.</summary>
    [Kernel]
    public static void Multiply(Index1D index, ArrayView<float> input, float factor, ArrayView<float> output) =>
        output[index] = factor * input[index];
}

namespace SegFromScratch.Kernels.Optimizers;

/// <summary>One thread an element.</summary>
public static class WeightAverageKernels
{
    /// <summary>average = average + take * (value - average).</summary>
    [Kernel]
    public static void Follow(Index1D index, ArrayView<float> average, ArrayView<float> value, float take) =>
        average[index] += take * (value[index] - average[index]);

    /// <summary>a and b change places.</summary>
    [Kernel]
    public static void Swap(Index1D index, ArrayView<float> a, ArrayView<float> b)
    {
        float kept = a[index];
        a[index] = b[index];
        b[index] = kept;
    }
}

using SegFromScratch.Kernels.Reduction;

namespace SegFromScratch.Kernels.Optimizers;

/// <summary>The length of all gradients together, and its limit. Sums run in a fixed order.</summary>
public static class GradientNormKernels
{
    /// <summary>partials[i] = sum of gradient[i * range .. (i + 1) * range)^2, one thread a range; the last range may be shorter.</summary>
    [Kernel]
    public static void SquarePartials(Index1D index, ArrayView<float> gradient, int range, ArrayView<float> partials)
    {
        int end = Math.Min(gradient.Length, (index + 1) * range);
        var sum = new CompensatedSum(0f, 0f);
        for (int i = index * range; i < end; i++)
            sum = sum.Add(gradient[i] * gradient[i]);
        partials[index] = sum.Sum;
    }

    /// <summary>total[place] = sum of partials[0 .. count), by one thread.</summary>
    [Kernel]
    public static void Total(Index1D index, ArrayView<float> partials, int count, ArrayView<float> total, int place)
    {
        var sum = new CompensatedSum(0f, 0f);
        for (int i = 0; i < count; i++)
            sum = sum.Add(partials[i]);
        total[place + index] = sum.Sum;
    }

    /// <summary>gradient *= factor, one thread an element.</summary>
    [Kernel]
    public static void Multiply(Index1D index, ArrayView<float> gradient, float factor) =>
        gradient[index] *= factor;
}

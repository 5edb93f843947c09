namespace SegFromScratch.Kernels.Reduction;

/// <summary>The end of two sums that were taken slice by slice, both in one walk: a thread that added them up one after the other would wait twice as long for memory.</summary>
/// <param name="First">The total of the first sum.</param>
/// <param name="Second">The total of the second sum.</param>
internal readonly record struct SlicePairTotal(float First, float Second)
{
    /// <summary>Adds up every so many-th number of both, compensated, in the order of memory.</summary>
    /// <param name="firsts">What the slices gave for the first sum.</param>
    /// <param name="seconds">What they gave for the second, as many.</param>
    /// <param name="start">The first place that counts.</param>
    /// <param name="step">How far the next lies behind it: the number of channels, or 1 to add up all.</param>
    public static SlicePairTotal Of(ArrayView<float> firsts, ArrayView<float> seconds, int start, int step)
    {
        var first = new CompensatedSum(0f, 0f);
        var second = new CompensatedSum(0f, 0f);
        for (int i = start; i < firsts.Length; i += step)
        {
            first = first.Add(firsts[i]);
            second = second.Add(seconds[i]);
        }

        return new SlicePairTotal(first.Sum, second.Sum);
    }
}

using SegFromScratch.Kernels.Reduction;
using SegFromScratch.Kernels.SoftDice;

namespace SegFromScratch.Kernels.TverskyLoss;

/// <summary>Two sums a channel in fixed order. Groups are all channels together (1) or each by itself (C). The last step, from groups to the loss, is that of the soft Dice loss.</summary>
public static class TverskyLossKernels
{
    /// <summary>The sums of one channel over one slice of pixels; thread slice * C + c.</summary>
    /// <param name="index">slice * C + c.</param>
    /// <param name="logits">x, N,C,H,W.</param>
    /// <param name="target">t, N,C,H,W in any layout.</param>
    /// <param name="pixelWeights">v in n, y, x order, or empty for ones.</param>
    /// <param name="alpha">What a false positive costs.</param>
    /// <param name="beta">What a false negative costs.</param>
    /// <param name="slices">How the pixels are cut.</param>
    /// <param name="overlaps">Written: sum of v p t.</param>
    /// <param name="misses">Written: sum of v (alpha p (1 - t) + beta (1 - p) t).</param>
    [Kernel]
    public static void Partials(
        Index1D index,
        TensorView logits,
        TensorView target,
        ArrayView<float> pixelWeights,
        float alpha,
        float beta,
        PixelSlices slices,
        ArrayView<float> overlaps,
        ArrayView<float> misses) =>
        RegionSums.OfSlice(index, logits, target, pixelWeights, new TverskyRegionTerms(alpha, beta), slices, overlaps, misses);

    /// <summary>numerator = sum of overlaps + smooth, denominator = numerator + sum of misses, one thread a group.</summary>
    [Kernel]
    public static void Totals(
        Index1D index, ArrayView<float> overlaps, ArrayView<float> misses, int groups, float smooth, ArrayView<float> numerators, ArrayView<float> denominators)
    {
        SlicePairTotal total = SlicePairTotal.Of(overlaps, misses, index, groups);
        float numerator = total.First + smooth;
        numerators[index] = numerator;
        denominators[index] = numerator + total.Second;
    }

    /// <summary>inputGradient = lossGradient * v p (1 - p) (A / B * (t + alpha (1 - t) - beta t) - t) / (B G), one thread an element of memory; 0 in padded channels.</summary>
    /// <param name="index">The element in memory.</param>
    /// <param name="logits">x, N,C,H,W.</param>
    /// <param name="target">t, N,C,H,W in any layout.</param>
    /// <param name="pixelWeights">v in n, y, x order, or empty for ones.</param>
    /// <param name="alpha">What a false positive costs.</param>
    /// <param name="beta">What a false negative costs.</param>
    /// <param name="numerators">A, one a group.</param>
    /// <param name="denominators">B, one a group.</param>
    /// <param name="lossGradient">One element: the derivative by the loss.</param>
    /// <param name="inputGradient">Written.</param>
    [Kernel]
    public static void Backward(
        Index1D index,
        TensorView logits,
        TensorView target,
        ArrayView<float> pixelWeights,
        float alpha,
        float beta,
        ArrayView<float> numerators,
        ArrayView<float> denominators,
        ArrayView<float> lossGradient,
        TensorView inputGradient) =>
        inputGradient.Data[index] = RegionSums.Gradient(index, logits, target, pixelWeights, new TverskyRegionTerms(alpha, beta), numerators, denominators, lossGradient);
}

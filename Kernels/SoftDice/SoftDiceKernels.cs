using SegFromScratch.Kernels.Reduction;

namespace SegFromScratch.Kernels.SoftDice;

/// <summary>Three sums a channel in fixed order, then the loss. Groups are all channels together (1) or each by itself (C).</summary>
public static class SoftDiceKernels
{
    /// <summary>The sums of one channel over one slice of pixels; thread slice * C + c.</summary>
    /// <param name="index">slice * C + c.</param>
    /// <param name="logits">x, N,C,H,W.</param>
    /// <param name="target">t, N,C,H,W in any layout.</param>
    /// <param name="pixelWeights">v in n, y, x order, or empty for ones.</param>
    /// <param name="squared">Not 0 squares the terms of the sizes.</param>
    /// <param name="slices">How the pixels are cut.</param>
    /// <param name="overlaps">Written: sum of v p t.</param>
    /// <param name="sizes">Written: sum of v (p + t), squared of v (p^2 + t^2).</param>
    [Kernel]
    public static void Partials(
        Index1D index, TensorView logits, TensorView target, ArrayView<float> pixelWeights, int squared, PixelSlices slices, ArrayView<float> overlaps, ArrayView<float> sizes) =>
        RegionSums.OfSlice(index, logits, target, pixelWeights, new DiceRegionTerms(squared), slices, overlaps, sizes);

    /// <summary>numerator = 2 * sum of overlaps + smooth, denominator = sum of sizes + smooth, one thread a group.</summary>
    [Kernel]
    public static void Totals(
        Index1D index, ArrayView<float> overlaps, ArrayView<float> sizes, int groups, float smooth, ArrayView<float> numerators, ArrayView<float> denominators)
    {
        SlicePairTotal total = SlicePairTotal.Of(overlaps, sizes, index, groups);
        numerators[index] = (2f * total.First) + smooth;
        denominators[index] = total.Second + smooth;
    }

    /// <summary>loss = mean over groups of 1 - numerator / denominator, by one thread.</summary>
    [Kernel]
    public static void Loss(Index1D index, ArrayView<float> numerators, ArrayView<float> denominators, ArrayView<float> loss)
    {
        float sum = 0f;
        for (int group = 0; group < numerators.Length; group++)
            sum += 1f - (numerators[group] / denominators[group]);
        loss[index] = sum / numerators.Length;
    }

    /// <summary>
    /// inputGradient = lossGradient * v p (1 - p) (A / B * s - 2 t) / (B G), s = 1 or, squared, 2 p; one thread an element of memory; 0 in padded channels.
    /// </summary>
    [Kernel]
    public static void Backward(
        Index1D index,
        TensorView logits,
        TensorView target,
        ArrayView<float> pixelWeights,
        int squared,
        ArrayView<float> numerators,
        ArrayView<float> denominators,
        ArrayView<float> lossGradient,
        TensorView inputGradient) =>
        inputGradient.Data[index] = RegionSums.Gradient(index, logits, target, pixelWeights, new DiceRegionTerms(squared), numerators, denominators, lossGradient);
}

using SegFromScratch.Kernels.Activation;
using SegFromScratch.Kernels.Reduction;

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
        ArrayView<float> misses)
    {
        int slice = index / logits.Layout.Channels;
        int c = index - (slice * logits.Layout.Channels);
        int n = slices.Image(slice);
        int end = slices.End(slice);
        var overlap = new CompensatedSum(0f, 0f);
        var miss = new CompensatedSum(0f, 0f);
        for (int pixel = slices.Start(slice); pixel < end; pixel++)
        {
            float p = Sigmoid.Of(logits.Data[PixelSlices.Offset(logits.Layout, n, c, pixel)]);
            float t = target.Data[PixelSlices.Offset(target.Layout, n, c, pixel)];
            float weight = pixelWeights.Length > 0 ? pixelWeights[(n * slices.Pixels) + pixel] : 1f;
            overlap = overlap.Add(weight * p * t);
            miss = miss.Add(weight * ((alpha * p * (1f - t)) + (beta * (1f - p) * t)));
        }

        overlaps[index] = overlap.Sum;
        misses[index] = miss.Sum;
    }

    /// <summary>numerator = sum of overlaps + smooth, denominator = numerator + sum of misses, one thread a group.</summary>
    [Kernel]
    public static void Totals(
        Index1D index, ArrayView<float> overlaps, ArrayView<float> misses, int groups, float smooth, ArrayView<float> numerators, ArrayView<float> denominators)
    {
        var overlap = new CompensatedSum(0f, 0f);
        var miss = new CompensatedSum(0f, 0f);
        for (int i = index; i < overlaps.Length; i += groups)
        {
            overlap = overlap.Add(overlaps[i]);
            miss = miss.Add(misses[i]);
        }

        numerators[index] = overlap.Sum + smooth;
        denominators[index] = overlap.Sum + smooth + miss.Sum;
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
        TensorView inputGradient)
    {
        TensorLayout layout = logits.Layout;
        TensorPosition at = layout.Position(index);
        if (at.C >= layout.Channels)
        {
            inputGradient.Data[index] = 0f;
            return;
        }

        int group = numerators.Length > 1 ? at.C : 0;
        float p = Sigmoid.Of(logits.Data[index]);
        float t = target[at.N, at.C, at.Y, at.X];
        float weight = pixelWeights.Length > 0 ? pixelWeights[(((at.N * layout.Height) + at.Y) * layout.Width) + at.X] : 1f;
        float slope = (numerators[group] / denominators[group] * (t + (alpha * (1f - t)) - (beta * t))) - t;
        inputGradient.Data[index] = lossGradient[0] * weight * p * (1f - p) * slope / (denominators[group] * numerators.Length);
    }
}

using SegFromScratch.Kernels.Activation;
using SegFromScratch.Kernels.Reduction;

namespace SegFromScratch.Kernels.SoftDice;

/// <summary>What the kernels of losses 1 - A / B over regions share. Logits x become probabilities p = sigmoid(x); t are targets, v weights of pixels.</summary>
internal static class RegionSums
{
    /// <summary>The two sums of one channel over one slice of pixels.</summary>
    /// <param name="index">slice * C + c.</param>
    /// <param name="logits">x, N,C,H,W.</param>
    /// <param name="target">t, N,C,H,W in any layout.</param>
    /// <param name="pixelWeights">v in n, y, x order, or empty for ones.</param>
    /// <param name="terms">The terms of the second sum.</param>
    /// <param name="slices">How the pixels are cut.</param>
    /// <param name="overlaps">Written: sum of v p t.</param>
    /// <param name="seconds">Written: sum of v times the second term.</param>
    public static void OfSlice<TTerms>(
        int index, TensorView logits, TensorView target, ArrayView<float> pixelWeights, TTerms terms, PixelSlices slices, ArrayView<float> overlaps, ArrayView<float> seconds)
        where TTerms : struct, IRegionTerms
    {
        int slice = index / logits.Layout.Channels;
        int c = index - (slice * logits.Layout.Channels);
        int n = slices.Image(slice);
        int end = slices.End(slice);
        var overlap = new CompensatedSum(0f, 0f);
        var second = new CompensatedSum(0f, 0f);
        for (int pixel = slices.Start(slice); pixel < end; pixel++)
        {
            float p = Sigmoid.Of(logits.Data[PixelSlices.Offset(logits.Layout, n, c, pixel)]);
            float t = target.Data[PixelSlices.Offset(target.Layout, n, c, pixel)];
            float weight = pixelWeights.Length > 0 ? pixelWeights[(n * slices.Pixels) + pixel] : 1f;
            overlap = overlap.Add(weight * p * t);
            second = second.Add(weight * terms.Second(p, t));
        }

        overlaps[index] = overlap.Sum;
        seconds[index] = second.Sum;
    }

    /// <summary>The gradient of an element of the logits: lossGradient * v p (1 - p) (A / B * dB/dp - dA/dp) / (B G) with G groups; 0 in padded channels.</summary>
    /// <param name="index">The element in memory.</param>
    /// <param name="logits">x, N,C,H,W.</param>
    /// <param name="target">t, N,C,H,W in any layout.</param>
    /// <param name="pixelWeights">v in n, y, x order, or empty for ones.</param>
    /// <param name="terms">The derivatives of A and B.</param>
    /// <param name="numerators">A, one a group.</param>
    /// <param name="denominators">B, one a group.</param>
    /// <param name="lossGradient">One element: the derivative by the loss.</param>
    public static float Gradient<TTerms>(
        int index,
        TensorView logits,
        TensorView target,
        ArrayView<float> pixelWeights,
        TTerms terms,
        ArrayView<float> numerators,
        ArrayView<float> denominators,
        ArrayView<float> lossGradient)
        where TTerms : struct, IRegionTerms
    {
        TensorLayout layout = logits.Layout;
        TensorPosition at = layout.Position(index);
        if (at.C >= layout.Channels)
            return 0f;
        int group = numerators.Length > 1 ? at.C : 0;
        float p = Sigmoid.Of(logits.Data[index]);
        float t = target[at.N, at.C, at.Y, at.X];
        float weight = pixelWeights.Length > 0 ? pixelWeights[(((at.N * layout.Height) + at.Y) * layout.Width) + at.X] : 1f;
        float slope = (numerators[group] / denominators[group] * terms.DenominatorSlope(p, t)) - terms.NumeratorSlope(p, t);
        return lossGradient[0] * weight * p * (1f - p) * slope / (denominators[group] * numerators.Length);
    }
}

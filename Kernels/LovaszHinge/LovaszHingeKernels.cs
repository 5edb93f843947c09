using SegFromScratch.Kernels.LovaszSoftmax;
using SegFromScratch.Kernels.Reduction;

namespace SegFromScratch.Kernels.LovaszHinge;

/// <summary>Margins of masks, and from their order to the loss. The sort is that of <see cref="LovaszSortKernels"/>.</summary>
public static class LovaszHingeKernels
{
    // Smaller than every margin: places behind the last pixel.
    private const float Behind = -3e38f;

    /// <summary>margins = 1 - x for pixels of the class, 1 + x for others; pixels = the place in the class. One thread a place of a class.</summary>
    [Kernel]
    public static void Items(Index1D index, ErrorOrder order, TensorView logits, TensorView target, ArrayView<float> margins, ArrayView<int> pixels)
    {
        int c = index / order.Length;
        int pixel = index - (c * order.Length);
        pixels[index] = pixel;
        margins[index] = Behind;
        if (pixel >= order.Pixels)
            return;
        int n = pixel / (logits.Layout.Height * logits.Layout.Width);
        float x = logits.Data[PixelSlices.Offset(logits.Layout, n, c, pixel - (n * logits.Layout.Height * logits.Layout.Width))];
        margins[index] = IsOwn(target, c, pixel) ? 1f - x : 1f + x;
    }

    /// <summary>counts = pixels of the class in one slice of places; thread c * slices + slice.</summary>
    [Kernel]
    public static void Counts(Index1D index, ErrorOrder order, TensorView target, ArrayView<int> pixels, ArrayView<int> counts)
    {
        int c = index / order.Slices;
        int slice = index - (c * order.Slices);
        int count = 0;
        for (int place = ErrorOrder.Start(slice); place < order.End(slice); place++)
        {
            if (IsOwn(target, c, pixels[(c * order.Length) + place]))
                count++;
        }

        counts[index] = count;
    }

    /// <summary>The rise of the Jaccard loss at each place of one slice, and its part of the class's loss; thread c * slices + slice.</summary>
    /// <param name="index">c * slices + slice.</param>
    /// <param name="order">The sizes.</param>
    /// <param name="target">Zeros and ones, N,C,H,W.</param>
    /// <param name="margins">Sorted, largest first.</param>
    /// <param name="pixels">The pixel at each place.</param>
    /// <param name="before">Pixels of the class before each slice.</param>
    /// <param name="totals">Pixels of each class.</param>
    /// <param name="slopes">Written at c * pixels + pixel: the derivative of the class's loss by the logit; 0 where the margin is kept.</param>
    /// <param name="losses">Written: sum over the slice of what margins lack, times rises.</param>
    [Kernel]
    public static void Slopes(
        Index1D index,
        ErrorOrder order,
        TensorView target,
        ArrayView<float> margins,
        ArrayView<int> pixels,
        ArrayView<int> before,
        ArrayView<int> totals,
        ArrayView<float> slopes,
        ArrayView<float> losses)
    {
        int c = index / order.Slices;
        int slice = index - (c * order.Slices);
        int total = totals[c];
        int seen = before[index];
        var loss = new CompensatedSum(0f, 0f);
        for (int place = ErrorOrder.Start(slice); place < order.End(slice); place++)
        {
            int at = (c * order.Length) + place;
            int pixel = pixels[at];
            bool isOwn = IsOwn(target, c, pixel);
            if (isOwn)
                seen++;
            float slope = 0f;
            if (margins[at] > 0f)
            {
                float rise = Rise(total, seen, place, isOwn);
                loss = loss.Add(margins[at] * rise);
                slope = isOwn ? -rise : rise;
            }

            slopes[(c * order.Pixels) + pixel] = slope;
        }

        losses[index] = loss.Sum;
    }

    /// <summary>factor = 1 / classes; loss = factor * sum of losses. One thread.</summary>
    [Kernel]
    public static void Loss(Index1D index, ErrorOrder order, ArrayView<float> losses, ArrayView<float> factor, ArrayView<float> loss)
    {
        var sum = new CompensatedSum(0f, 0f);
        for (int i = 0; i < losses.Length; i++)
            sum = sum.Add(losses[i]);
        float multiplier = 1f / order.Classes;
        factor[index] = multiplier;
        loss[index] = multiplier * sum.Sum;
    }

    // Of a class without a pixel the first wrong one takes the Jaccard loss from 0 to 1. Else as quotients, not as differences of numbers near 1.
    private static float Rise(int total, int seen, int place, bool isOwn)
    {
        if (total == 0)
            return place == 0 ? 1f : 0f;
        float union = total + place + 1 - seen;
        return isOwn ? 1f / union : (total - seen) / union / (union - 1f);
    }

    private static bool IsOwn(TensorView target, int c, int pixel)
    {
        int pixelsAnImage = target.Layout.Height * target.Layout.Width;
        int n = pixel / pixelsAnImage;
        return target.Data[PixelSlices.Offset(target.Layout, n, c, pixel - (n * pixelsAnImage))] > 0.5f;
    }
}

using SegFromScratch.Kernels.Reduction;

namespace SegFromScratch.Kernels.LovaszSoftmax;

/// <summary>
/// From sorted errors to the loss: how many pixels of the class lie before each place, what the Jaccard loss rises by at each place, and the sum. Counts are whole numbers, hence exact.
/// Errors below 0 belong to pixels that do not count; they are sorted to the end.
/// </summary>
public static class LovaszSoftmaxKernels
{
    /// <summary>counts = pixels of the class in one slice of places; thread c * slices + slice.</summary>
    [Kernel]
    public static void Counts(Index1D index, ErrorOrder order, ArrayView<int> target, ArrayView<float> errors, ArrayView<int> pixels, ArrayView<int> counts)
    {
        int c = index / order.Slices;
        int slice = index - (c * order.Slices);
        int count = 0;
        for (int place = ErrorOrder.Start(slice); place < order.End(slice); place++)
        {
            int at = (c * order.Length) + place;
            if (!(errors[at] < 0f) && target[pixels[at]] == c)
                count++;
        }

        counts[index] = count;
    }

    /// <summary>counts becomes the pixels of the class before each slice, totals those of the whole class; one thread a class.</summary>
    [Kernel]
    public static void Offsets(Index1D index, ErrorOrder order, ArrayView<int> counts, ArrayView<int> totals)
    {
        int before = 0;
        for (int at = index * order.Slices; at < (index + 1) * order.Slices; at++)
        {
            int count = counts[at];
            counts[at] = before;
            before += count;
        }

        totals[index] = before;
    }

    /// <summary>The rise of the Jaccard loss at each place of one slice, and its part of the class's loss; thread c * slices + slice.</summary>
    /// <param name="index">c * slices + slice.</param>
    /// <param name="order">The sizes.</param>
    /// <param name="target">The class of each pixel.</param>
    /// <param name="errors">Sorted, largest first.</param>
    /// <param name="pixels">The pixel at each place.</param>
    /// <param name="before">Pixels of the class before each slice.</param>
    /// <param name="totals">Pixels of each class.</param>
    /// <param name="slopes">Written at c * pixels + pixel: the derivative of the class's loss by the pixel's probability; 0 where the pixel does not count or the class is absent.</param>
    /// <param name="losses">Written: sum of errors times rises over the slice.</param>
    [Kernel]
    public static void Slopes(
        Index1D index,
        ErrorOrder order,
        ArrayView<int> target,
        ArrayView<float> errors,
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
            float slope = 0f;
            if (total > 0 && !(errors[at] < 0f))
            {
                bool isOwn = target[pixel] == c;
                if (isOwn)
                    seen++;
                // As a quotient, not as the difference of two Jaccard losses, which would have no digits left among a million pixels.
                float union = total + place + 1 - seen;
                float rise = isOwn ? 1f / union : (total - seen) / union / (union - 1f);
                loss = loss.Add(errors[at] * rise);
                slope = isOwn ? -rise : rise;
            }

            slopes[(c * order.Pixels) + pixel] = slope;
        }

        losses[index] = loss.Sum;
    }

    /// <summary>factor = 1 / classes that are present, 0 if none is; loss = factor * sum of losses. One thread.</summary>
    [Kernel]
    public static void Loss(Index1D index, ArrayView<float> losses, ArrayView<int> totals, ArrayView<float> factor, ArrayView<float> loss)
    {
        int present = 0;
        for (int c = 0; c < totals.Length; c++)
        {
            if (totals[c] > 0)
                present++;
        }

        var sum = new CompensatedSum(0f, 0f);
        for (int i = 0; i < losses.Length; i++)
            sum = sum.Add(losses[i]);
        float multiplier = present > 0 ? 1f / present : 0f;
        factor[index] = multiplier;
        loss[index] = multiplier * sum.Sum;
    }

    /// <summary>inputGradient = lossGradient * factor * slope, one thread an element of memory; 0 in padded channels.</summary>
    [Kernel]
    public static void Backward(Index1D index, ErrorOrder order, ArrayView<float> slopes, ArrayView<float> factor, ArrayView<float> lossGradient, TensorView inputGradient)
    {
        TensorPosition at = inputGradient.Layout.Position(index);
        if (at.C >= inputGradient.Layout.Channels)
        {
            inputGradient.Data[index] = 0f;
            return;
        }

        int pixel = (((at.N * inputGradient.Layout.Height) + at.Y) * inputGradient.Layout.Width) + at.X;
        inputGradient.Data[index] = lossGradient[0] * factor[0] * slopes[(at.C * order.Pixels) + pixel];
    }
}

using SegFromScratch.Kernels.Convolution.Implicit;

namespace SegFromScratch.Kernels.Convolution.Depthwise;

/// <summary>
/// Rungs 2 and 3 of the depthwise weight gradient: few results and very long sums, so that the work-items of a group share the pixels of a sum and add up what they have in a fixed order.
/// All tensors have channel block 1.
/// </summary>
public static class DepthwiseWeightGradientKernels
{
    /// <summary>Work-items a group.</summary>
    public const int Items = 128;

    /// <summary>Most taps of <see cref="RegisterTiles"/>, which has a sum for each.</summary>
    public const int MostTaps = 25;

    // One more than the number of work-items: work-items that add up different sums read different banks of shared memory.
    private const int SumStride = Items + 1;
    private const int Shares = 4;
    private const int SharedBy = Items / Shares;

    /// <summary>Rung 2: a group a weight. Each work-item sums every 128th pixel, and the 128 sums are added up pairwise in shared memory. Launched over taps and channels.</summary>
    [Kernel(GroupSize = Items)]
    public static void SharedTiles(ImplicitProduct product, ArrayView<float> input, ArrayView<float> outputGradient, ArrayView<float> weightGradient)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(Items);
        int item = Group.IdxX;
        int r = Grid.IdxX / product.KernelWidth;
        int s = Grid.IdxX - (r * product.KernelWidth);
        float sum = 0f;
        for (int term = item; term < product.Batch * product.ResultPixels; term += Items)
        {
            int n = term / product.ResultPixels;
            int pixel = term - (n * product.ResultPixels);
            int p = pixel / product.ResultWidth;
            int y = product.Y.Source(p, r, product.SourceHeight);
            int x = product.X.Source(pixel - (p * product.ResultWidth), s, product.SourceWidth);
            int plane = (n * product.Groups) + Grid.IdxY;
            if (y >= 0 && x >= 0)
                sum += outputGradient[(plane * product.ResultPixels) + pixel] * input[(plane * product.SourcePixels) + (y * product.SourceWidth) + x];
        }

        shared[item] = sum;
        Group.Barrier();
        for (int half = Items / 2; half > 0; half /= 2)
        {
            if (item < half)
                shared[item] += shared[item + half];
            Group.Barrier();
        }

        if (item == 0)
            weightGradient[(Grid.IdxY * product.Taps) + Grid.IdxX] = shared[0];
    }

    /// <summary>
    /// Rung 3: a group a channel and part of its pixels. A work-item has the sums of all taps in registers, so that each output gradient is read once for all of them, and
    /// finds its next pixel by additions alone. Launched over parts and channels; <see cref="WeightGradientTileKernels.Sum"/> adds up the parts.
    /// </summary>
    [Kernel(GroupSize = Items)]
    public static void RegisterTiles(
        ImplicitProduct product, ArrayView<float> input, ArrayView<float> outputGradient, ArrayView<float> partial, int termsPerPart,
        SpecializedValue<int> kernelHeight, SpecializedValue<int> kernelWidth)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(MostTaps * SumStride);
        ArrayView<float> sums = LocalMemory.Allocate<float>(kernelHeight.Value * kernelWidth.Value);
        int item = Group.IdxX;
        int taps = kernelHeight.Value * kernelWidth.Value;
        for (int tap = 0; tap < taps; tap++)
            sums[tap] = 0f;
        int end = Math.Min((Grid.IdxX + 1) * termsPerPart, product.Batch * product.ResultPixels);
        int first = (Grid.IdxX * termsPerPart) + item;
        int n = first / product.ResultPixels;
        int p = (first - (n * product.ResultPixels)) / product.ResultWidth;
        int q = first - (n * product.ResultPixels) - (p * product.ResultWidth);
        int rowsOn = Items / product.ResultWidth;
        int columnsOn = Items % product.ResultWidth;
        for (int term = first; term < end; term += Items)
        {
            int plane = (n * product.Groups) + Grid.IdxY;
            float gradient = outputGradient[(plane * product.ResultPixels) + (p * product.ResultWidth) + q];
            for (int r = 0; r < kernelHeight.Value; r++)
            {
                int y = product.Y.Source(p, r, product.SourceHeight);
                for (int s = 0; s < kernelWidth.Value; s++)
                {
                    int x = product.X.Source(q, s, product.SourceWidth);
                    float value = y >= 0 && x >= 0 ? input[(plane * product.SourcePixels) + (y * product.SourceWidth) + x] : 0f;
                    sums[(r * kernelWidth.Value) + s] += gradient * value;
                }
            }

            // 128 pixels on: a carry from columns to rows, and from rows to images.
            q += columnsOn;
            p += rowsOn;
            if (q >= product.ResultWidth)
            {
                q -= product.ResultWidth;
                p++;
            }

            while (p >= product.ResultHeight)
            {
                p -= product.ResultHeight;
                n++;
            }
        }

        for (int tap = 0; tap < taps; tap++)
            shared[(tap * SumStride) + item] = sums[tap];
        Group.Barrier();

        // Four work-items a tap add up a quarter of it each, and one of them the quarters.
        float share = 0f;
        for (int i = 0; i < Items / Shares; i++)
            share += shared[(Math.Min(item % SharedBy, taps - 1) * SumStride) + (item / SharedBy * (Items / Shares)) + i];
        Group.Barrier();
        shared[item] = share;
        Group.Barrier();
        if (item < taps)
        {
            float sum = 0f;
            for (int i = 0; i < Shares; i++)
                sum += shared[(i * SharedBy) + item];
            partial[(((Grid.IdxX * product.Groups) + Grid.IdxY) * taps) + item] = sum;
        }
    }
}

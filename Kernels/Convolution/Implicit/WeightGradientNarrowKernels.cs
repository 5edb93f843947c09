namespace SegFromScratch.Kernels.Convolution.Implicit;

/// <summary>
/// Rung 3 of the weight gradient where there are few output channels. The work-items of a group share out pixels instead of weights: neighbours read neighbouring pixels of both
/// factors into registers, nothing waits at barriers, and the sums of all work-items are added up at the end in a fixed order. All tensors have channel block 1.
/// </summary>
public static class WeightGradientNarrowKernels
{
    /// <summary>Work-items a group.</summary>
    public const int Items = 128;

    /// <summary>Output channels a group.</summary>
    public const int Rows = 8;

    /// <summary>Weights (c,r,s) a group.</summary>
    public const int Columns = 4;

    private const int Sums = Rows * Columns;

    // One more than the number of work-items: work-items that add up different sums read different banks of shared memory.
    private const int SumStride = Items + 1;
    private const int Shares = Items / Sums;

    /// <summary>
    /// 8 output channels by 4 weights a group, all of them in each work-item, over every 128th pixel of a part of all pixels.
    /// Launched over blocks of weights, blocks of output channels, and parts of each convolution group; <see cref="WeightGradientTileKernels.Sum"/> adds up the parts.
    /// </summary>
    [Kernel(GroupSize = Items)]
    public static void Product(ImplicitProduct product, ArrayView<float> input, ArrayView<float> outputGradient, ArrayView<float> partial, int parts, int termsPerPart)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(Sums * SumStride);
        ArrayView<float> sums = LocalMemory.Allocate<float>(Sums);
        ArrayView<float> gradient = LocalMemory.Allocate<float>(Rows);
        ArrayView<int> rowStart = LocalMemory.Allocate<int>(Rows);
        ArrayView<int> plane = LocalMemory.Allocate<int>(Columns);
        ArrayView<int> r = LocalMemory.Allocate<int>(Columns);
        ArrayView<int> s = LocalMemory.Allocate<int>(Columns);
        int item = Group.IdxX;
        int group = Grid.IdxZ / parts;
        int part = Grid.IdxZ % parts;
        int columns = product.Channels * product.Taps;
        for (int i = 0; i < Rows; i++)
        {
            // Rows and weights beyond the last repeat it, and are not stored.
            rowStart[i] = ((group * product.Rows) + Math.Min((Grid.IdxY * Rows) + i, product.Rows - 1)) * product.ResultPixels;
        }

        for (int j = 0; j < Columns; j++)
        {
            int column = Math.Min((Grid.IdxX * Columns) + j, columns - 1);
            int c = column / product.Taps;
            int tap = column - (c * product.Taps);
            r[j] = tap / product.KernelWidth;
            s[j] = tap - (r[j] * product.KernelWidth);
            plane[j] = ((group * product.Channels) + c) * product.SourcePixels;
            for (int i = 0; i < Rows; i++)
                sums[(j * Rows) + i] = 0f;
        }

        int end = Math.Min((part + 1) * termsPerPart, product.Batch * product.ResultPixels);
        int first = (part * termsPerPart) + item;
        int n = first / product.ResultPixels;
        int p = (first - (n * product.ResultPixels)) / product.ResultWidth;
        int q = first - (n * product.ResultPixels) - (p * product.ResultWidth);
        int rowsOn = Items / product.ResultWidth;
        int columnsOn = Items % product.ResultWidth;
        for (int term = first; term < end; term += Items)
        {
            for (int i = 0; i < Rows; i++)
                gradient[i] = outputGradient[rowStart[i] + (n * product.Groups * product.Rows * product.ResultPixels) + (p * product.ResultWidth) + q];
            for (int j = 0; j < Columns; j++)
            {
                int y = product.Y.Source(p, r[j], product.SourceHeight);
                int x = product.X.Source(q, s[j], product.SourceWidth);
                float value = y >= 0 && x >= 0 ? input[plane[j] + (n * product.Groups * product.Channels * product.SourcePixels) + (y * product.SourceWidth) + x] : 0f;
                for (int i = 0; i < Rows; i++)
                    sums[(j * Rows) + i] += gradient[i] * value;
            }

            // 128 pixels on, without a division: a carry from columns to rows, and from rows to images.
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

        for (int i = 0; i < Sums; i++)
            shared[(i * SumStride) + item] = sums[i];
        Group.Barrier();

        // Four work-items a sum add up a quarter of it each, and one of them the quarters.
        float share = 0f;
        for (int i = 0; i < Items / Shares; i++)
            share += shared[(item % Sums * SumStride) + (item / Sums * (Items / Shares)) + i];
        Group.Barrier();
        shared[item] = share;
        Group.Barrier();
        int row = (Grid.IdxY * Rows) + (item % Rows);
        int weight = (Grid.IdxX * Columns) + (item / Rows);
        if (item < Sums && row < product.Rows && weight < columns)
        {
            float sum = 0f;
            for (int i = 0; i < Shares; i++)
                sum += shared[(i * Sums) + item];
            partial[(((part * product.Groups) + group) * product.Rows + row) * columns + weight] = sum;
        }
    }
}

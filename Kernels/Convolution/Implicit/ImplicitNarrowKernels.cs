namespace SegFromScratch.Kernels.Convolution.Implicit;

/// <summary>
/// Rung 3 of the forward pass and the input gradient where there are few rows: a tile of 64 rows would be mostly air. A pixel under a tap serves 8 rows only, so it is not worth a
/// place in shared memory: each work-item reads those of its own pixels straight into registers, and only the weights, which all work-items of a group need, lie in shared memory.
/// All tensors have channel block 1.
/// </summary>
public static class ImplicitNarrowKernels
{
    /// <summary>Work-items a group.</summary>
    public const int Items = 128;

    /// <summary>Rows of the result that a work-item computes.</summary>
    public const int Rows = 8;

    /// <summary>Pixels of the result that a work-item computes, <see cref="Items"/> apart so that neighbours read neighbouring pixels.</summary>
    public const int Pixels = 4;

    /// <summary>Pixels that a group computes.</summary>
    public const int PixelsAGroup = Items * Pixels;

    /// <summary>Terms of each sum whose weights lie in shared memory at a time; there must be room for all taps of a channel.</summary>
    public const int PanelTerms = 256;

    /// <summary>
    /// 8 rows of 512 pixels a group, 8 x 4 a work-item. Where a pixel meets a tap is worked out once for all channels, which follow each other in the innermost loop.
    /// Launched over blocks of pixels of all images, blocks of rows, and groups.
    /// </summary>
    [Kernel(GroupSize = Items)]
    public static void Product(
        ImplicitProduct product, ArrayView<float> weight, ArrayView<float> source, ArrayView<float> bias, ArrayView<float> added, float floor, ArrayView<float> result,
        SpecializedValue<int> kernelHeight, SpecializedValue<int> kernelWidth)
    {
        ArrayView<float> panel = SharedMemory.Allocate<float>(PanelTerms * Rows);
        ArrayView<float> sums = LocalMemory.Allocate<float>(Rows * Pixels);
        ArrayView<int> plane = LocalMemory.Allocate<int>(Pixels);
        ArrayView<int> p = LocalMemory.Allocate<int>(Pixels);
        ArrayView<int> q = LocalMemory.Allocate<int>(Pixels);
        ArrayView<int> at = LocalMemory.Allocate<int>(Pixels);
        int item = Group.IdxX;
        int firstRow = Grid.IdxY * Rows;
        int taps = kernelHeight.Value * kernelWidth.Value;
        int channelsAPanel = PanelTerms / taps;

        // A variable, so that rows of taps are not unrolled: the code of one fits in the instruction cache.
        int tapRows = kernelHeight.Value;
        for (int j = 0; j < Pixels; j++)
        {
            int column = (Grid.IdxX * PixelsAGroup) + (j * Items) + item;
            int n = column / product.ResultPixels;
            int pixel = column - (n * product.ResultPixels);
            p[j] = pixel / product.ResultWidth;
            q[j] = pixel - (p[j] * product.ResultWidth);
            plane[j] = n < product.Batch ? ((n * product.Groups) + Grid.IdxZ) * product.Channels * product.SourcePixels : -1;
            for (int i = 0; i < Rows; i++)
                sums[(j * Rows) + i] = 0f;
        }

        for (int first = 0; first < product.Channels; first += channelsAPanel)
        {
            int channels = Math.Min(channelsAPanel, product.Channels - first);
            LoadPanel(product, weight, firstRow, first, channels, taps, item, panel);
            Group.Barrier();
            for (int r = 0; r < tapRows; r++)
            {
                for (int s = 0; s < kernelWidth.Value; s++)
                {
                    for (int j = 0; j < Pixels; j++)
                    {
                        int y = product.Y.Source(p[j], r, product.SourceHeight);
                        int x = product.X.Source(q[j], s, product.SourceWidth);
                        at[j] = plane[j] >= 0 && y >= 0 && x >= 0 ? plane[j] + (first * product.SourcePixels) + (y * product.SourceWidth) + x : -1;
                    }

                    MultiplyAdd(source, at, product.SourcePixels, channels, panel, ((r * kernelWidth.Value) + s) * channels * Rows, sums);
                }
            }

            Group.Barrier();
        }

        for (int j = 0; j < Pixels; j++)
        {
            for (int i = 0; i < Rows; i++)
                ImplicitTileKernels.Store(product, bias, added, floor, result, firstRow + i, (Grid.IdxX * PixelsAGroup) + (j * Items) + item, sums[(j * Rows) + i]);
        }
    }

    // The weights of 8 rows, [tap][channel][row]; rows beyond the last are zero.
    private static void LoadPanel(ImplicitProduct product, ArrayView<float> weight, int firstRow, int first, int channels, int taps, int item, ArrayView<float> panel)
    {
        for (int i = item; i < channels * taps * Rows; i += Items)
        {
            int row = firstRow + (i % Rows);
            int tap = i / Rows / channels;
            int c = first + (i / Rows) - (tap * channels);
            panel[i] = row < product.Rows ? weight[(Grid.IdxZ * product.GroupStride) + (row * product.RowStride) + (c * product.ChannelStride) + tap] : 0f;
        }
    }

    // sums += 8 weights x 4 pixels over the channels, under one tap.
    private static void MultiplyAdd(ArrayView<float> source, ArrayView<int> at, int channelStride, int channels, ArrayView<float> panel, int start, ArrayView<float> sums)
    {
        for (int c = 0; c < channels; c++)
        {
            Float4 low = Float4.LoadShared(panel, start + (c * Rows));
            Float4 high = Float4.LoadShared(panel, start + (c * Rows) + 4);
            for (int j = 0; j < Pixels; j++)
            {
                float value = at[j] >= 0 ? source[at[j] + (c * channelStride)] : 0f;
                int sum = j * Rows;
                sums[sum] += low.X * value;
                sums[sum + 1] += low.Y * value;
                sums[sum + 2] += low.Z * value;
                sums[sum + 3] += low.W * value;
                sums[sum + 4] += high.X * value;
                sums[sum + 5] += high.Y * value;
                sums[sum + 6] += high.Z * value;
                sums[sum + 7] += high.W * value;
            }
        }
    }
}

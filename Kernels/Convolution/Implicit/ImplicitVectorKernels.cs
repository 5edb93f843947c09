using SegFromScratch.Kernels.Ladders;

namespace SegFromScratch.Kernels.Convolution.Implicit;

/// <summary>Rung 4 of the convolution: implicit matrix products for devices that are processors. All tensors have channel block 1.</summary>
public static class ImplicitVectorKernels
{
    /// <summary>
    /// The forward pass or the input gradient: one work-item a tile of 32 pixels and up to 128 rows (<see cref="VectorTile"/>). Sums of more terms than a panel holds wait in the result.
    /// Launched over pixel tiles, blocks of rows, and images times groups.
    /// </summary>
    [Kernel(GroupSize = 1)]
    public static void Product(ImplicitProduct product, ArrayView<float> weight, ArrayView<float> source, ArrayView<float> bias, ArrayView<float> added, float floor, ArrayView<float> result)
    {
        ArrayView<float> panel = LocalMemory.Allocate<float>(VectorTile.PanelLength);
        ArrayView<float> lanes = LocalMemory.Allocate<float>(VectorTile.Lanes);
        ArrayView<int> rowStart = LocalMemory.Allocate<int>(VectorTile.Rows);
        ArrayView<FloatVector16> sums = LocalMemory.Allocate<FloatVector16>(2 * VectorTile.Rows);
        int group = Grid.IdxZ % product.Groups;
        int firstPixel = Grid.IdxX * VectorTile.Columns;
        int pixels = product.ResultPixels - firstPixel;
        int endRow = Math.Min(product.Rows, (Grid.IdxY + 1) * VectorTile.RowsPerPanel);
        FloatVector16 floors = FloatVector16.Splat(floor);
        int channelsPerPanel = VectorTile.Depth / product.Taps;
        for (int first = 0; first < product.Channels; first += channelsPerPanel)
        {
            int channels = Math.Min(channelsPerPanel, product.Channels - first);
            Pack(product, source, ((Grid.IdxZ * product.Channels) + first) * product.SourcePixels, channels, firstPixel, panel);
            for (int row = Grid.IdxY * VectorTile.RowsPerPanel; row < endRow; row += VectorTile.Rows)
            {
                int at = (((Grid.IdxZ * product.Rows) + row) * product.ResultPixels) + firstPixel;
                for (int i = 0; i < VectorTile.Rows; i++)
                {
                    // Rows beyond the last repeat it, and are not stored.
                    int valid = Math.Min(i, endRow - 1 - row);
                    rowStart[i] = (group * product.GroupStride) + ((row + valid) * product.RowStride) + (first * product.ChannelStride);
                    float start = bias.Length > 0 ? bias[(group * product.Rows) + row + valid] : 0f;
                    sums[2 * i] = FloatVector16.Splat(start);
                    sums[(2 * i) + 1] = FloatVector16.Splat(start);
                    if (first > 0)
                    {
                        sums[2 * i] = VectorTile.LoadFirst(result, at + (valid * product.ResultPixels), pixels, lanes);
                        sums[(2 * i) + 1] = VectorTile.LoadFirst(result, at + (valid * product.ResultPixels) + VectorTile.Lanes, pixels - VectorTile.Lanes, lanes);
                    }
                }

                VectorTile.MultiplyAdd(weight, rowStart, channels, product.ChannelStride, product.Taps, panel, sums);
                for (int i = 0; i < VectorTile.Rows; i++)
                {
                    if (row + i < endRow)
                    {
                        if (first + channels == product.Channels)
                        {
                            if (added.Length > 0)
                            {
                                sums[2 * i] = sums[2 * i] + VectorTile.LoadFirst(added, at + (i * product.ResultPixels), pixels, lanes);
                                sums[(2 * i) + 1] = sums[(2 * i) + 1] + VectorTile.LoadFirst(added, at + (i * product.ResultPixels) + VectorTile.Lanes, pixels - VectorTile.Lanes, lanes);
                            }

                            sums[2 * i] = FloatVector16.Max(sums[2 * i], floors);
                            sums[(2 * i) + 1] = FloatVector16.Max(sums[(2 * i) + 1], floors);
                        }

                        VectorTile.StoreFirst(result, at + (i * product.ResultPixels), pixels, sums[2 * i], lanes);
                        VectorTile.StoreFirst(result, at + (i * product.ResultPixels) + VectorTile.Lanes, pixels - VectorTile.Lanes, sums[(2 * i) + 1], lanes);
                    }
                }
            }
        }
    }

    private static void Pack(ImplicitProduct product, ArrayView<float> source, int plane, int channels, int firstPixel, ArrayView<float> panel)
    {
        int at = 0;
        for (int c = 0; c < channels; c++)
        {
            for (int r = 0; r < product.KernelHeight; r++)
            {
                for (int s = 0; s < product.KernelWidth; s++)
                {
                    PixelLanes.Copy(product, source, plane + (c * product.SourcePixels), r, s, firstPixel, panel, at);
                    PixelLanes.Copy(product, source, plane + (c * product.SourcePixels), r, s, firstPixel + VectorTile.Lanes, panel, at + VectorTile.Lanes);
                    at += VectorTile.Columns;
                }
            }
        }
    }
}

using SegFromScratch.Kernels.Convolution.Implicit;
using SegFromScratch.Kernels.Ladders;

namespace SegFromScratch.Kernels.Convolution.Depthwise;

/// <summary>
/// Rung 4 of the depthwise passes, for devices that are processors: sixteen neighbouring pixels are a vector. A work-item copies what a block of pixels reads into a panel of its own,
/// with zeros for the padding and pixels that are one step apart side by side, so that the taps need no case distinctions: each is one load and one multiply-add.
/// All tensors have channel block 1.
/// </summary>
public static class DepthwiseVectorKernels
{
    /// <summary>Rows of pixels a block.</summary>
    public const int Rows = 8;

    /// <summary>Elements of a panel: 32 KB.</summary>
    public const int PanelLength = 8192;

    /// <summary>Most taps: each has a vector of partial sums in <see cref="WeightGradient"/>.</summary>
    public const int MostTaps = 25;

    /// <summary>The forward pass or the input gradient: a work-item a block of 8 rows. Launched over blocks and planes.</summary>
    [Kernel(GroupSize = 1)]
    public static void Product(
        ImplicitProduct product, DepthwisePanel layout, ArrayView<float> weight, ArrayView<float> source, ArrayView<float> bias, float floor, ArrayView<float> result,
        SpecializedValue<int> kernelHeight, SpecializedValue<int> kernelWidth)
    {
        ArrayView<float> panel = LocalMemory.Allocate<float>(PanelLength);
        ArrayView<float> lanes = LocalMemory.Allocate<float>(VectorTile.Lanes);
        ArrayView<float> factors = LocalMemory.Allocate<float>(kernelHeight.Value * kernelWidth.Value);
        ArrayView<int> tapStart = LocalMemory.Allocate<int>(kernelWidth.Value);
        int taps = kernelHeight.Value * kernelWidth.Value;
        for (int tap = 0; tap < taps; tap++)
            factors[tap] = weight[(Grid.IdxY % product.Groups * taps) + tap];
        for (int s = 0; s < kernelWidth.Value; s++)
            tapStart[s] = layout.TapStart(s, kernelWidth.Value, product.X);
        float start = bias.Length > 0 ? bias[Grid.IdxY % product.Groups] : 0f;
        FloatVector16 floors = FloatVector16.Splat(floor);
        int first = Grid.IdxX * Rows;
        int end = Math.Min(product.ResultHeight, first + Rows);
        for (int column = 0; column < product.ResultWidth; column += layout.Columns)
        {
            int columns = Math.Min(layout.Columns, product.ResultWidth - column);
            int firstY = Fill(product, layout, source, Grid.IdxY * product.SourcePixels, first, column, panel);
            for (int p = first; p < end; p++)
            {
                int target = (((Grid.IdxY * product.ResultHeight) + p) * product.ResultWidth) + column;
                for (int q = 0; q < columns; q += VectorTile.Lanes)
                {
                    FloatVector16 sum = FloatVector16.Splat(start);
                    for (int r = 0; r < kernelHeight.Value; r++)
                    {
                        int y = product.Y.Source(p, r, product.SourceHeight);
                        if (y >= 0)
                        {
                            int row = ((y - firstY) * layout.RowStride) + q;
                            for (int s = 0; s < kernelWidth.Value; s++)
                                sum = FloatVector16.MultiplyAdd(factors[(r * kernelWidth.Value) + s], FloatVector16.Load(panel, row + tapStart[s]), sum);
                        }
                    }

                    VectorTile.StoreFirst(result, target + q, columns - q, FloatVector16.Max(sum, floors), lanes);
                }
            }
        }
    }

    /// <summary>weightGradient: a work-item has all taps of a channel as vectors of partial sums, and reads each output gradient once for all of them. Launched over channels.</summary>
    [Kernel(GroupSize = 1)]
    public static void WeightGradient(
        ImplicitProduct product, DepthwisePanel layout, ArrayView<float> input, ArrayView<float> outputGradient, ArrayView<float> weightGradient,
        SpecializedValue<int> kernelHeight, SpecializedValue<int> kernelWidth)
    {
        ArrayView<float> panel = LocalMemory.Allocate<float>(PanelLength);
        ArrayView<float> lanes = LocalMemory.Allocate<float>(VectorTile.Lanes);
        ArrayView<FloatVector16> sums = LocalMemory.Allocate<FloatVector16>(kernelHeight.Value * kernelWidth.Value);
        ArrayView<int> tapStart = LocalMemory.Allocate<int>(kernelWidth.Value);
        int taps = kernelHeight.Value * kernelWidth.Value;
        for (int tap = 0; tap < taps; tap++)
            sums[tap] = default(FloatVector16);
        for (int s = 0; s < kernelWidth.Value; s++)
            tapStart[s] = layout.TapStart(s, kernelWidth.Value, product.X);
        int blocks = (product.ResultHeight + Rows - 1) / Rows;
        for (int block = 0; block < product.Batch * blocks; block++)
        {
            int plane = (block / blocks * product.Groups) + Grid.IdxX;
            int first = block % blocks * Rows;
            int end = Math.Min(product.ResultHeight, first + Rows);
            for (int column = 0; column < product.ResultWidth; column += layout.Columns)
            {
                int columns = Math.Min(layout.Columns, product.ResultWidth - column);
                int firstY = Fill(product, layout, input, plane * product.SourcePixels, first, column, panel);
                for (int p = first; p < end; p++)
                {
                    int from = (((plane * product.ResultHeight) + p) * product.ResultWidth) + column;
                    for (int q = 0; q < columns; q += VectorTile.Lanes)
                    {
                        FloatVector16 gradient = VectorTile.LoadBetween(outputGradient, from + q, 0, columns - q, lanes);
                        for (int r = 0; r < kernelHeight.Value; r++)
                        {
                            int y = product.Y.Source(p, r, product.SourceHeight);
                            if (y >= 0)
                            {
                                int row = ((y - firstY) * layout.RowStride) + q;
                                for (int s = 0; s < kernelWidth.Value; s++)
                                {
                                    int tap = (r * kernelWidth.Value) + s;
                                    sums[tap] = FloatVector16.MultiplyAdd(gradient, FloatVector16.Load(panel, row + tapStart[s]), sums[tap]);
                                }
                            }
                        }
                    }
                }
            }
        }

        for (int tap = 0; tap < taps; tap++)
            weightGradient[(Grid.IdxX * taps) + tap] = VectorTile.Sum(sums[tap], lanes);
    }

    // Copies the source rows that a block reads; the row of the source that comes first in the panel.
    private static int Fill(ImplicitProduct product, DepthwisePanel layout, ArrayView<float> source, int plane, int firstRow, int firstColumn, ArrayView<float> panel)
    {
        int firstY = Math.Max(0, product.Y.First(firstRow, product.KernelHeight));
        int rows = Math.Min(product.SourceHeight - firstY, layout.Rows);
        int left = (firstColumn * product.X.Step) + product.X.Start + Math.Min(0, (product.KernelWidth - 1) * product.X.Tap);
        for (int y = 0; y < rows; y++)
        {
            int from = plane + ((firstY + y) * product.SourceWidth);
            int to = y * layout.RowStride;
            if (product.X.Step == 1 && product.X.Divide == 1)
            {
                int inside = Math.Min(Math.Max(0, -left), layout.RowStride);
                int outside = Math.Min(Math.Max(inside, product.SourceWidth - left), layout.RowStride);
                for (int i = 0; i < inside; i++)
                    panel[to + i] = 0f;
                for (int i = inside; i < outside; i++)
                    panel[to + i] = source[from + left + i];
                for (int i = outside; i < layout.RowStride; i++)
                    panel[to + i] = 0f;
            }
            else
            {
                for (int phase = 0; phase < product.X.Step; phase++)
                {
                    for (int i = 0; i < layout.PhaseStride; i++)
                    {
                        int at = left + (i * product.X.Step) + phase;
                        int x = at / product.X.Divide;
                        panel[to + (phase * layout.PhaseStride) + i] = at >= 0 && x * product.X.Divide == at && x < product.SourceWidth ? source[from + x] : 0f;
                    }
                }
            }
        }

        return firstY;
    }
}

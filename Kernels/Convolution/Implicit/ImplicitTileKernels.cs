using SegFromScratch.Kernels.Ladders;

namespace SegFromScratch.Kernels.Convolution.Implicit;

/// <summary>
/// Rungs 2 and 3 of the forward pass and the input gradient: implicit matrix products in tiles of shared memory. All tensors have channel block 1.
/// Columns of the product are the pixels of all images. The size of the kernel is a constant to the compiler, so that finding channel and tap of a term takes no division.
/// </summary>
public static class ImplicitTileKernels
{
    /// <summary>Rows and columns of the tile of <see cref="SharedTiles"/>.</summary>
    public const int Tile = 16;

    /// <summary>Rung 2: a group of 16 x 16 work-items computes 16 rows of 16 pixels. Launched over tiles of pixels, tiles of rows, and groups.</summary>
    [Kernel(GroupSize = Tile * Tile)]
    public static void SharedTiles(
        ImplicitProduct product, ArrayView<float> weight, ArrayView<float> source, ArrayView<float> bias, ArrayView<float> added, float floor, ArrayView<float> result,
        SpecializedValue<int> kernelHeight, SpecializedValue<int> kernelWidth)
    {
        ArrayView<float> left = SharedMemory.Allocate<float>(Tile * Tile);
        ArrayView<float> right = SharedMemory.Allocate<float>(Tile * Tile);
        int x = Group.IdxX, y = Group.IdxY;
        int row = (Grid.IdxY * Tile) + y;
        int column = (Grid.IdxX * Tile) + x;
        int taps = kernelHeight.Value * kernelWidth.Value;
        int terms = product.Channels * taps;
        float sum = 0f;
        for (int first = 0; first < terms; first += Tile)
        {
            left[(y * Tile) + x] = Weight(product, weight, row, first + x, taps);
            right[(y * Tile) + x] = Pixel(product, source, column, first + y, taps, kernelWidth.Value);
            Group.Barrier();
            for (int k = 0; k < Tile; k++)
                sum += left[(y * Tile) + k] * right[(k * Tile) + x];
            Group.Barrier();
        }

        Store(product, bias, added, floor, result, row, column, sum);
    }

    /// <summary>Rung 3: 64 rows of 128 pixels a group, 8 x 8 a work-item (<see cref="RegisterTile"/>), double buffered. Launched like <see cref="SharedTiles"/>.</summary>
    [Kernel(GroupSize = RegisterTile.Items)]
    public static void RegisterTiles(
        ImplicitProduct product, ArrayView<float> weight, ArrayView<float> source, ArrayView<float> bias, ArrayView<float> added, float floor, ArrayView<float> result,
        SpecializedValue<int> kernelHeight, SpecializedValue<int> kernelWidth)
    {
        ArrayView<float> left = SharedMemory.Allocate<float>(2 * RegisterTile.LeftLength);
        ArrayView<float> right = SharedMemory.Allocate<float>(2 * RegisterTile.RightLength);
        ArrayView<float> sums = LocalMemory.Allocate<float>(RegisterTile.Side * RegisterTile.Side);
        ArrayView<float> nextLeft = LocalMemory.Allocate<float>(4);
        ArrayView<float> nextRight = LocalMemory.Allocate<float>(RegisterTile.Depth);
        int item = Group.IdxX;
        int firstRow = Grid.IdxY * RegisterTile.Rows;
        int firstColumn = Grid.IdxX * RegisterTile.Columns;
        int taps = kernelHeight.Value * kernelWidth.Value;
        int terms = product.Channels * taps;
        RegisterTile.Clear(sums);
        Load(product, weight, source, firstRow, firstColumn, 0, item, taps, kernelWidth.Value, nextLeft, nextRight);
        StoreTiles(left, 0, right, 0, item, nextLeft, nextRight);
        Group.Barrier();
        int half = 0;
        for (int first = 0; first < terms; first += RegisterTile.Depth)
        {
            Load(product, weight, source, firstRow, firstColumn, first + RegisterTile.Depth, item, taps, kernelWidth.Value, nextLeft, nextRight);
            RegisterTile.MultiplyAdd(left, half * RegisterTile.LeftLength, right, half * RegisterTile.RightLength, item, sums);
            half = 1 - half;
            StoreTiles(left, half * RegisterTile.LeftLength, right, half * RegisterTile.RightLength, item, nextLeft, nextRight);
            Group.Barrier();
        }

        for (int i = 0; i < RegisterTile.Side; i++)
        {
            for (int j = 0; j < RegisterTile.Side; j++)
                Store(product, bias, added, floor, result, firstRow + RegisterTile.Row(item, i), firstColumn + RegisterTile.Column(item, j), sums[(i * RegisterTile.Side) + j]);
        }
    }

    // A work-item brings four terms of one row of weights and all eight terms of one pixel: neighbours bring neighbouring pixels.
    private static void Load(
        ImplicitProduct product, ArrayView<float> weight, ArrayView<float> source, int firstRow, int firstColumn, int first, int item, int taps, int kernelWidth,
        ArrayView<float> nextLeft, ArrayView<float> nextRight)
    {
        for (int i = 0; i < 4; i++)
            nextLeft[i] = Weight(product, weight, firstRow + (item % RegisterTile.Rows), first + (item / RegisterTile.Rows * 4) + i, taps);
        for (int i = 0; i < RegisterTile.Depth; i++)
            nextRight[i] = Pixel(product, source, firstColumn + item, first + i, taps, kernelWidth);
    }

    private static void StoreTiles(ArrayView<float> left, int leftStart, ArrayView<float> right, int rightStart, int item, ArrayView<float> nextLeft, ArrayView<float> nextRight)
    {
        for (int i = 0; i < 4; i++)
            left[leftStart + (((item / RegisterTile.Rows * 4) + i) * RegisterTile.Rows) + (item % RegisterTile.Rows)] = nextLeft[i];
        for (int i = 0; i < RegisterTile.Depth; i++)
            right[rightStart + (i * RegisterTile.Columns) + item] = nextRight[i];
    }

    /// <summary>An element of the left matrix, [row, term].</summary>
    internal static float Weight(ImplicitProduct product, ArrayView<float> weight, int row, int term, int taps)
    {
        int c = term / taps;
        return row < product.Rows && c < product.Channels
            ? weight[(Grid.IdxZ * product.GroupStride) + (row * product.RowStride) + (c * product.ChannelStride) + (term - (c * taps))]
            : 0f;
    }

    /// <summary>An element of the right matrix, [term, pixel of all images].</summary>
    internal static float Pixel(ImplicitProduct product, ArrayView<float> source, int column, int term, int taps, int kernelWidth)
    {
        int n = column / product.ResultPixels;
        int pixel = column - (n * product.ResultPixels);
        int p = pixel / product.ResultWidth;
        int c = term / taps;
        int tap = term - (c * taps);
        int r = tap / kernelWidth;
        int y = product.Y.Source(p, r, product.SourceHeight);
        int x = product.X.Source(pixel - (p * product.ResultWidth), tap - (r * kernelWidth), product.SourceWidth);
        return n < product.Batch && c < product.Channels && y >= 0 && x >= 0
            ? source[((((n * product.Groups) + Grid.IdxZ) * product.Channels) + c) * product.SourcePixels + (y * product.SourceWidth) + x]
            : 0f;
    }

    /// <summary>Writes an element of the result: max(floor, sum + bias + added). Bias and what is added may be empty.</summary>
    internal static void Store(ImplicitProduct product, ArrayView<float> bias, ArrayView<float> added, float floor, ArrayView<float> result, int row, int column, float sum)
    {
        int n = column / product.ResultPixels;
        if (row >= product.Rows || n >= product.Batch)
            return;
        int channel = (Grid.IdxZ * product.Rows) + row;
        float start = bias.Length > 0 ? bias[channel] : 0f;
        int at = (((n * product.Groups * product.Rows) + channel) * product.ResultPixels) + (column - (n * product.ResultPixels));
        float value = sum + start;
        if (added.Length > 0)
            value += added[at];
        result[at] = MathF.Max(value, floor);
    }
}

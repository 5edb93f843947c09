using SegFromScratch.Kernels.Ladders;

namespace SegFromScratch.Kernels.Convolution.Implicit;

/// <summary>
/// Rungs 2 and 3 of the weight gradient as an implicit matrix product: rows are output channels, columns the weights (c,r,s), and the terms of each sum the pixels of all images.
/// There are few rows and columns and very many terms, so the terms are dealt out to several groups, each with a result of its own, and <see cref="Sum"/> adds those up in order:
/// the same bits every time. All tensors have channel block 1.
/// </summary>
public static class WeightGradientTileKernels
{
    /// <summary>Rows and columns of the tile of <see cref="SharedTiles"/>.</summary>
    public const int Tile = 16;

    /// <summary>Rung 2: a group of 16 x 16 work-items computes 16 x 16 weights. Launched over tiles of columns, tiles of rows, and parts of each convolution group.</summary>
    [Kernel(GroupSize = Tile * Tile)]
    public static void SharedTiles(ImplicitProduct product, ArrayView<float> input, ArrayView<float> outputGradient, ArrayView<float> partial, int parts, int termsPerPart)
    {
        ArrayView<float> left = SharedMemory.Allocate<float>(Tile * Tile);
        ArrayView<float> right = SharedMemory.Allocate<float>(Tile * Tile);
        int x = Group.IdxX, y = Group.IdxY;
        int group = Grid.IdxZ / parts;
        int part = Grid.IdxZ % parts;
        int row = (Grid.IdxY * Tile) + y;
        int column = (Grid.IdxX * Tile) + x;
        int start = part * termsPerPart;
        float sum = 0f;
        for (int first = 0; first < termsPerPart; first += Tile)
        {
            left[(y * Tile) + x] = Gradient(product, outputGradient, group, row, start + first + x);
            right[(y * Tile) + x] = Pixel(product, input, group, column, start + first + y);
            Group.Barrier();
            for (int k = 0; k < Tile; k++)
                sum += left[(y * Tile) + k] * right[(k * Tile) + x];
            Group.Barrier();
        }

        Store(product, partial, group, part, row, column, sum);
    }

    /// <summary>Rung 3: 64 rows by 128 columns a group, 8 x 8 a work-item (<see cref="RegisterTile"/>), double buffered. Launched like <see cref="SharedTiles"/>.</summary>
    [Kernel(GroupSize = RegisterTile.Items)]
    public static void RegisterTiles(ImplicitProduct product, ArrayView<float> input, ArrayView<float> outputGradient, ArrayView<float> partial, int parts, int termsPerPart)
    {
        ArrayView<float> left = SharedMemory.Allocate<float>(2 * RegisterTile.LeftLength);
        ArrayView<float> right = SharedMemory.Allocate<float>(2 * RegisterTile.RightLength);
        ArrayView<float> sums = LocalMemory.Allocate<float>(RegisterTile.Side * RegisterTile.Side);
        ArrayView<float> nextLeft = LocalMemory.Allocate<float>(4);
        ArrayView<float> nextRight = LocalMemory.Allocate<float>(RegisterTile.Depth);
        int item = Group.IdxX;
        int group = Grid.IdxZ / parts;
        int part = Grid.IdxZ % parts;
        int firstRow = Grid.IdxY * RegisterTile.Rows;
        int firstColumn = Grid.IdxX * RegisterTile.Columns;
        int start = part * termsPerPart;
        RegisterTile.Clear(sums);
        Load(product, input, outputGradient, group, firstRow, firstColumn, start, item, nextLeft, nextRight);
        StoreTiles(left, 0, right, 0, item, nextLeft, nextRight);
        Group.Barrier();
        int half = 0;
        for (int first = 0; first < termsPerPart; first += RegisterTile.Depth)
        {
            Load(product, input, outputGradient, group, firstRow, firstColumn, start + first + RegisterTile.Depth, item, nextLeft, nextRight);
            RegisterTile.MultiplyAdd(left, half * RegisterTile.LeftLength, right, half * RegisterTile.RightLength, item, sums);
            half = 1 - half;
            StoreTiles(left, half * RegisterTile.LeftLength, right, half * RegisterTile.RightLength, item, nextLeft, nextRight);
            Group.Barrier();
        }

        for (int i = 0; i < RegisterTile.Side; i++)
        {
            for (int j = 0; j < RegisterTile.Side; j++)
                Store(product, partial, group, part, firstRow + RegisterTile.Row(item, i), firstColumn + RegisterTile.Column(item, j), sums[(i * RegisterTile.Side) + j]);
        }
    }

    /// <summary>weightGradient = the sum of its parts, in order.</summary>
    [Kernel]
    public static void Sum(Index1D index, int parts, ArrayView<float> partial, ArrayView<float> weightGradient)
    {
        float sum = 0f;
        for (int part = 0; part < parts; part++)
            sum += partial[(part * weightGradient.Length) + index];
        weightGradient[index] = sum;
    }

    // A work-item brings four pixels of one output channel and eight pixels under one tap: its eight loads lie side by side.
    private static void Load(
        ImplicitProduct product, ArrayView<float> input, ArrayView<float> outputGradient, int group, int firstRow, int firstColumn, int first, int item,
        ArrayView<float> nextLeft, ArrayView<float> nextRight)
    {
        for (int i = 0; i < 4; i++)
            nextLeft[i] = Gradient(product, outputGradient, group, firstRow + (item % RegisterTile.Rows), first + (item / RegisterTile.Rows * 4) + i);
        for (int i = 0; i < RegisterTile.Depth; i++)
            nextRight[i] = Pixel(product, input, group, firstColumn + item, first + i);
    }

    private static void StoreTiles(ArrayView<float> left, int leftStart, ArrayView<float> right, int rightStart, int item, ArrayView<float> nextLeft, ArrayView<float> nextRight)
    {
        for (int i = 0; i < 4; i++)
            left[leftStart + (((item / RegisterTile.Rows * 4) + i) * RegisterTile.Rows) + (item % RegisterTile.Rows)] = nextLeft[i];
        for (int i = 0; i < RegisterTile.Depth; i++)
            right[rightStart + (i * RegisterTile.Columns) + item] = nextRight[i];
    }

    /// <summary>An element of the left matrix, [output channel, pixel of all images].</summary>
    internal static float Gradient(ImplicitProduct product, ArrayView<float> outputGradient, int group, int row, int term)
    {
        int n = term / product.ResultPixels;
        return row < product.Rows && n < product.Batch
            ? outputGradient[((((n * product.Groups) + group) * product.Rows) + row) * product.ResultPixels + (term - (n * product.ResultPixels))]
            : 0f;
    }

    /// <summary>An element of the right matrix, [pixel of all images, weight (c,r,s)].</summary>
    internal static float Pixel(ImplicitProduct product, ArrayView<float> input, int group, int column, int term)
    {
        int n = term / product.ResultPixels;
        int pixel = term - (n * product.ResultPixels);
        int p = pixel / product.ResultWidth;
        int c = column / product.Taps;
        int tap = column - (c * product.Taps);
        int r = tap / product.KernelWidth;
        int y = product.Y.Source(p, r, product.SourceHeight);
        int x = product.X.Source(pixel - (p * product.ResultWidth), tap - (r * product.KernelWidth), product.SourceWidth);
        return n < product.Batch && c < product.Channels && y >= 0 && x >= 0
            ? input[((((n * product.Groups) + group) * product.Channels) + c) * product.SourcePixels + (y * product.SourceWidth) + x]
            : 0f;
    }

    /// <summary>Writes an element of the result, if it has one.</summary>
    internal static void Store(ImplicitProduct product, ArrayView<float> partial, int group, int part, int row, int column, float sum)
    {
        int columns = product.Channels * product.Taps;
        if (row < product.Rows && column < columns)
            partial[(((part * product.Groups + group) * product.Rows) + row) * columns + column] = sum;
    }
}

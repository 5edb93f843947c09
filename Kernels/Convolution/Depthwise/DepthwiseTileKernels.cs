using SegFromScratch.Kernels.Convolution.Implicit;

namespace SegFromScratch.Kernels.Convolution.Depthwise;

/// <summary>
/// Rungs 2 and 3 of the depthwise forward pass and input gradient: one plane of the source makes one plane of the result, <see cref="ImplicitProduct.Rows"/> and
/// <see cref="ImplicitProduct.Channels"/> are 1. There is next to no arithmetic, so what counts is how often a pixel of the source is loaded. All tensors have channel block 1.
/// </summary>
public static class DepthwiseTileKernels
{
    /// <summary>Columns of pixels that a group of <see cref="SharedTiles"/> computes.</summary>
    public const int TileWidth = 32;

    /// <summary>Rows of pixels that a group of <see cref="SharedTiles"/> computes.</summary>
    public const int TileHeight = 8;

    /// <summary>Room in shared memory for the source pixels of a tile.</summary>
    public const int TileCapacity = 6144;

    /// <summary>Columns of pixels that a group of the register tiles computes, one a work-item.</summary>
    public const int Items = 64;

    /// <summary>Rows of pixels that a work-item of the register tiles computes.</summary>
    public const int Rows = 8;

    /// <summary>
    /// Rung 2: a group brings the part of the source that its 32 x 8 pixels read, with the rim that their taps reach, into shared memory: each source pixel is loaded once
    /// instead of once for each tap. Launched over tiles of columns, tiles of rows, and planes.
    /// </summary>
    [Kernel(GroupSize = TileWidth * TileHeight)]
    public static void SharedTiles(
        ImplicitProduct product, ArrayView<float> weight, ArrayView<float> source, ArrayView<float> bias, float floor, ArrayView<float> result, SpecializedValue<int> kernelHeight, SpecializedValue<int> kernelWidth)
    {
        ArrayView<float> tile = SharedMemory.Allocate<float>(TileCapacity);
        int item = (Group.IdxY * TileWidth) + Group.IdxX;
        int p = (Grid.IdxY * TileHeight) + Group.IdxY;
        int q = (Grid.IdxX * TileWidth) + Group.IdxX;
        int firstY = Math.Max(0, product.Y.First(Grid.IdxY * TileHeight, kernelHeight.Value));
        int firstX = Math.Max(0, product.X.First(Grid.IdxX * TileWidth, kernelWidth.Value));
        int endY = Math.Min(product.SourceHeight, firstY + product.Y.Reach(TileHeight, kernelHeight.Value));
        int endX = Math.Min(product.SourceWidth, firstX + product.X.Reach(TileWidth, kernelWidth.Value));
        int width = Math.Max(0, endX - firstX);
        int plane = Grid.IdxZ * product.SourcePixels;
        for (int i = item; i < (endY - firstY) * width; i += TileWidth * TileHeight)
        {
            int y = i / width;
            tile[i] = source[plane + ((firstY + y) * product.SourceWidth) + firstX + i - (y * width)];
        }

        Group.Barrier();
        if (p < product.ResultHeight && q < product.ResultWidth)
        {
            int taps = Grid.IdxZ % product.Groups * product.Taps;
            float sum = bias.Length > 0 ? bias[Grid.IdxZ % product.Groups] : 0f;
            for (int r = 0; r < kernelHeight.Value; r++)
            {
                int y = product.Y.Source(p, r, product.SourceHeight);
                for (int s = 0; s < kernelWidth.Value; s++)
                {
                    int x = product.X.Source(q, s, product.SourceWidth);
                    if (y >= 0 && x >= 0)
                        sum += weight[taps + (r * kernelWidth.Value) + s] * tile[((y - firstY) * width) + x - firstX];
                }
            }

            result[(((Grid.IdxZ * product.ResultHeight) + p) * product.ResultWidth) + q] = MathF.Max(sum, floor);
        }
    }

    /// <summary>
    /// Rung 3 where neighbouring pixels and taps lie one source pixel apart: a work-item computes 8 pixels below each other. It walks down the source rows, and each pixel it loads serves
    /// all rows of taps at once, out of a register: a 3x3 window takes 10 rows of loads for 8 of pixels instead of 24. Launched over blocks of columns, blocks of rows, and planes.
    /// </summary>
    /// <param name="product">The sizes.</param>
    /// <param name="weight">The weights of all planes.</param>
    /// <param name="source">The source.</param>
    /// <param name="bias">A number a plane of the result, or empty.</param>
    /// <param name="floor">Results are not less than this.</param>
    /// <param name="result">The result.</param>
    /// <param name="kernelHeight">Rows of taps.</param>
    /// <param name="kernelWidth">Columns of taps.</param>
    /// <param name="turned">Not 0 where later taps lie at earlier pixels, as in the input gradient.</param>
    [Kernel(GroupSize = Items)]
    public static void RegisterTiles(
        ImplicitProduct product, ArrayView<float> weight, ArrayView<float> source, ArrayView<float> bias, float floor, ArrayView<float> result,
        SpecializedValue<int> kernelHeight, SpecializedValue<int> kernelWidth, SpecializedValue<int> turned)
    {
        ArrayView<float> sums = LocalMemory.Allocate<float>(Rows);
        ArrayView<float> column = LocalMemory.Allocate<float>(kernelHeight.Value);
        int q = (Grid.IdxX * Items) + Group.IdxX;
        int p = Grid.IdxY * Rows;
        int taps = Grid.IdxZ % product.Groups * product.Taps;
        int lastTap = turned.Value != 0 ? kernelHeight.Value - 1 : 0;
        int top = p + product.Y.Start - lastTap;
        int plane = Grid.IdxZ * product.SourcePixels;
        float start = bias.Length > 0 ? bias[Grid.IdxZ % product.Groups] : 0f;
        for (int i = 0; i < Rows; i++)
            sums[i] = start;
        for (int s = 0; s < kernelWidth.Value; s++)
        {
            int x = q + product.X.Start + (turned.Value != 0 ? -s : s);
            for (int r = 0; r < kernelHeight.Value; r++)
                column[r] = weight[taps + ((turned.Value != 0 ? lastTap - r : r) * kernelWidth.Value) + s];
            for (int t = 0; t < Rows + kernelHeight.Value - 1; t++)
            {
                int y = top + t;
                float value = y >= 0 && y < product.SourceHeight && x >= 0 && x < product.SourceWidth ? source[plane + (y * product.SourceWidth) + x] : 0f;
                for (int r = 0; r < kernelHeight.Value; r++)
                {
                    if (t - r >= 0 && t - r < Rows)
                        sums[t - r] += column[r] * value;
                }
            }
        }

        for (int i = 0; i < Rows; i++)
        {
            if (p + i < product.ResultHeight && q < product.ResultWidth)
                result[(((Grid.IdxZ * product.ResultHeight) + p + i) * product.ResultWidth) + q] = MathF.Max(sums[i], floor);
        }
    }

    /// <summary>Rung 3 with strides and dilations: 8 pixels a work-item, whose loads are all on their way at once; they share the weights and the columns of taps. Launched like <see cref="RegisterTiles"/>.</summary>
    [Kernel(GroupSize = Items)]
    public static void RegisterTilesApart(
        ImplicitProduct product, ArrayView<float> weight, ArrayView<float> source, ArrayView<float> bias, float floor, ArrayView<float> result, SpecializedValue<int> kernelHeight, SpecializedValue<int> kernelWidth)
    {
        ArrayView<float> sums = LocalMemory.Allocate<float>(Rows);
        int q = (Grid.IdxX * Items) + Group.IdxX;
        int p = Grid.IdxY * Rows;
        int taps = Grid.IdxZ % product.Groups * product.Taps;
        int plane = Grid.IdxZ * product.SourcePixels;
        float start = bias.Length > 0 ? bias[Grid.IdxZ % product.Groups] : 0f;
        for (int i = 0; i < Rows; i++)
            sums[i] = start;
        for (int s = 0; s < kernelWidth.Value; s++)
        {
            int x = product.X.Source(q, s, product.SourceWidth);
            for (int r = 0; r < kernelHeight.Value; r++)
            {
                float factor = weight[taps + (r * kernelWidth.Value) + s];
                for (int i = 0; i < Rows; i++)
                {
                    int y = product.Y.Source(p + i, r, product.SourceHeight);
                    float value = x >= 0 && y >= 0 ? source[plane + (y * product.SourceWidth) + x] : 0f;
                    sums[i] += factor * value;
                }
            }
        }

        for (int i = 0; i < Rows; i++)
        {
            if (p + i < product.ResultHeight && q < product.ResultWidth)
                result[(((Grid.IdxZ * product.ResultHeight) + p + i) * product.ResultWidth) + q] = MathF.Max(sums[i], floor);
        }
    }
}

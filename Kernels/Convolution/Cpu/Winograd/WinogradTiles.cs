using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu.Winograd;

/// <summary>
/// The tiles of a 3x3 convolution of stride 1: each computes 4x4 outputs from 6x6 inputs, at distances of the dilation. Tiles are numbered by image,
/// row, column; those at the edges read zeros outside the input, and what they compute outside the output is dropped.
/// </summary>
/// <param name="Batch">Images.</param>
/// <param name="Rows">The rows of the output.</param>
/// <param name="Columns">The columns of the output.</param>
/// <param name="PaddingTop">Rows of zeros above the input.</param>
/// <param name="PaddingLeft">Columns of zeros left of the input.</param>
internal readonly record struct WinogradTiles(int Batch, WinogradAxis Rows, WinogradAxis Columns, int PaddingTop, int PaddingLeft)
{
    /// <summary>Outputs of a tile along an axis.</summary>
    public const int Outputs = 4;

    /// <summary>Inputs of a tile along an axis.</summary>
    public const int Inputs = 6;

    /// <summary>Products of a tile: what takes the place of 9 * 16 multiplications.</summary>
    public const int Products = 36;

    /// <summary>Floats by which the distance between products is more than needed: at a distance of a power of two they would fall on the same lines of the cache.</summary>
    public const int Apart = 16;

    // Transforming a tile takes about as long as memory takes to answer.
    private const int TilesAhead = 2;

    /// <summary>All tiles.</summary>
    public int Count => Batch * Rows.Count * Columns.Count;

    /// <summary>Where a tile lies.</summary>
    public Place Find(int tile)
    {
        int row = tile / Columns.Count;
        return new Place(row / Rows.Count, Rows.Start(row % Rows.Count), Columns.Start(tile % Columns.Count));
    }

    /// <summary>Where the tile after one lies.</summary>
    public Place Next(Place place)
    {
        int x = Columns.Next(place.X);
        if (x < Columns.Length)
            return place with { X = x };
        int y = Rows.Next(place.Y);
        return y < Rows.Length ? place with { X = 0, Y = y } : new Place(place.Image + 1, 0, 0);
    }

    /// <summary>Transforms the inputs of tiles for one channel block: product p of tile t goes to result + p * step + t * channel block.</summary>
    public unsafe void TransformInputs(in ChannelPlanes input, int plane, int firstTile, int endTile, float* result, nint step) =>
        Transform<InputLine>(input, plane, firstTile, endTile, PaddingTop, PaddingLeft, result, step);

    /// <summary>Transforms the output gradients of tiles for one channel block, as <see cref="TransformInputs"/>.</summary>
    public unsafe void TransformOutputGradients(in ChannelPlanes gradient, int plane, int firstTile, int endTile, float* result, nint step) =>
        Transform<OutputGradientLine>(gradient, plane, firstTile, endTile, 0, 0, result, step);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private unsafe void Transform<TLine>(in ChannelPlanes source, int plane, int firstTile, int endTile, int top, int left, float* result, nint step)
        where TLine : struct, IWinogradLine
    {
        int block = source.Block;
        float* square = stackalloc float[Products * block];
        nint inputRow = Rows.Dilation * source.Row;
        nint inputColumn = (nint)Columns.Dilation * block;
        Place place = Find(firstTile);
        for (int tile = firstTile; tile < endTile; tile++, result += block)
        {
            float* pixels = source.Data + (place.Image * source.Image) + source.BlockStart(plane);
            int y = place.Y - top;
            int x = place.X - left;
            float* window = pixels + (y * source.Row) + ((nint)x * block);
            for (int i = 0; i < TLine.Inputs; i++)
                Prefetch.Lines(window + (i * inputRow) + ((TLine.Inputs + (Outputs * (TilesAhead - 1))) * inputColumn), inputColumn, Outputs);
            Prefetch.Lines(result + block, step, Products);
            nint row = inputRow;
            nint column = inputColumn;
            if (y < 0 || x < 0 || y + ((TLine.Inputs - 1) * Rows.Dilation) >= source.Height || x + ((TLine.Inputs - 1) * Columns.Dilation) >= source.Width)
            {
                CopyWindow(source, pixels, y, x, TLine.Inputs, square);
                window = square;
                row = TLine.Inputs * block;
                column = block;
            }

            WinogradTransform<TLine>.Apply(block, window, row, column, result, Inputs * step, step);
            place = Next(place);
        }
    }

    /// <summary>Copies a square of pixels, with zeros where it lies outside.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private unsafe void CopyWindow(in ChannelPlanes tensor, float* pixels, int y, int x, int size, float* square)
    {
        for (int i = 0; i < size; i++)
        {
            int row = y + (i * Rows.Dilation);
            float* line = pixels + (row * tensor.Row);
            for (int j = 0; j < size; j++, square += tensor.Block)
            {
                int column = x + (j * Columns.Dilation);
                bool inside = (uint)row < (uint)tensor.Height && (uint)column < (uint)tensor.Width;
                float* pixel = line + ((nint)column * tensor.Block);
                for (int channel = 0; channel < tensor.Block; channel += 8)
                    (inside ? Vector256.Load(pixel + channel) : Vector256<float>.Zero).Store(square + channel);
            }
        }
    }

    /// <summary>Where a tile lies.</summary>
    /// <param name="Image">Its image.</param>
    /// <param name="Y">The row of its first output.</param>
    /// <param name="X">The column of its first output.</param>
    internal readonly record struct Place(int Image, int Y, int X);
}

using System.Runtime.CompilerServices;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu.Winograd;

/// <summary>
/// The tiles of a 3x3 convolution of stride 1: each computes 4x4 outputs from 6x6 inputs. Tiles are numbered by image, row, column;
/// those at the edges read zeros outside the input, and what they compute outside the output is dropped.
/// </summary>
/// <param name="Batch">Images.</param>
/// <param name="OutputHeight">Rows of the output.</param>
/// <param name="OutputWidth">Columns of the output.</param>
/// <param name="PaddingTop">Rows of zeros above the input.</param>
/// <param name="PaddingLeft">Columns of zeros left of the input.</param>
internal readonly record struct WinogradTiles(int Batch, int OutputHeight, int OutputWidth, int PaddingTop, int PaddingLeft)
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

    /// <summary>Tiles in a column of tiles.</summary>
    public int Rows => (OutputHeight + Outputs - 1) / Outputs;

    /// <summary>Tiles in a row of tiles.</summary>
    public int Columns => (OutputWidth + Outputs - 1) / Outputs;

    /// <summary>All tiles.</summary>
    public int Count => Batch * Rows * Columns;

    /// <summary>Where a tile lies.</summary>
    public Place Find(int tile)
    {
        int row = tile / Columns;
        return new Place(row / Rows, row % Rows * Outputs, tile % Columns * Outputs);
    }

    /// <summary>Where the tile after one lies.</summary>
    public Place Next(Place place)
    {
        place = place with { X = place.X + Outputs };
        if (place.X < OutputWidth)
            return place;
        place = place with { X = 0, Y = place.Y + Outputs };
        return place.Y < OutputHeight ? place : new Place(place.Image + 1, 0, 0);
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
        Place place = Find(firstTile);
        for (int tile = firstTile; tile < endTile; tile++, result += block)
        {
            float* pixels = source.Data + (place.Image * source.Image) + source.BlockStart(plane);
            int y = place.Y - top;
            int x = place.X - left;
            float* window = pixels + (y * source.Row) + ((nint)x * block);
            for (int i = 0; i < TLine.Inputs; i++)
                Prefetch.Lines(window + (i * source.Row) + ((TLine.Inputs + (Outputs * (TilesAhead - 1))) * block), block, Outputs);
            Prefetch.Lines(result + block, step, Products);
            nint row = source.Row;
            if (y < 0 || x < 0 || y + TLine.Inputs > source.Height || x + TLine.Inputs > source.Width)
            {
                CopyWindow(source, pixels, y, x, TLine.Inputs, square);
                window = square;
                row = TLine.Inputs * block;
            }

            WinogradTransform<TLine>.Apply(block, window, row, block, result, Inputs * step, step);
            place = Next(place);
        }
    }

    /// <summary>Copies a square of pixels, with zeros where it lies outside.</summary>
    private static unsafe void CopyWindow(in ChannelPlanes tensor, float* pixels, int y, int x, int size, float* square)
    {
        int block = tensor.Block;
        int first = Math.Clamp(-x, 0, size);
        int end = Math.Clamp(tensor.Width - x, first, size);
        for (int i = 0; i < size; i++)
        {
            var line = new Span<float>(square + (i * size * block), size * block);
            if ((uint)(y + i) >= (uint)tensor.Height)
            {
                line.Clear();
                continue;
            }

            line[..(first * block)].Clear();
            new ReadOnlySpan<float>(pixels + ((y + i) * tensor.Row) + ((nint)(x + first) * block), (end - first) * block).CopyTo(line[(first * block)..]);
            line[(end * block)..].Clear();
        }
    }

    /// <summary>Where a tile lies.</summary>
    /// <param name="Image">Its image.</param>
    /// <param name="Y">The row of its first output.</param>
    /// <param name="X">The column of its first output.</param>
    internal readonly record struct Place(int Image, int Y, int X);
}

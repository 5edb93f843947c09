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

    /// <summary>Channels side by side; other channel blocks are left to the direct kernels.</summary>
    public const int Block = 16;

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

    /// <summary>Transforms the inputs of tiles for one channel block: product p of tile t goes to result + p * step + t * 16.</summary>
    public unsafe void TransformInputs(in ChannelPlanes input, int block, int firstTile, int endTile, float* result, nint step) =>
        Transform<InputLine>(input, block, firstTile, endTile, PaddingTop, PaddingLeft, result, step);

    /// <summary>Transforms the output gradients of tiles for one channel block, as <see cref="TransformInputs"/>.</summary>
    public unsafe void TransformOutputGradients(in ChannelPlanes gradient, int block, int firstTile, int endTile, float* result, nint step) =>
        Transform<OutputGradientLine>(gradient, block, firstTile, endTile, 0, 0, result, step);

    private unsafe void Transform<TLine>(in ChannelPlanes source, int block, int firstTile, int endTile, int top, int left, float* result, nint step)
        where TLine : struct, IWinogradLine
    {
        float* square = stackalloc float[Products * Block];
        Place place = Find(firstTile);
        for (int tile = firstTile; tile < endTile; tile++, result += Block)
        {
            float* plane = source.Data + (place.Image * source.Image) + (block * source.Plane);
            int y = place.Y - top;
            int x = place.X - left;
            float* window = plane + (y * source.Row) + ((nint)x * Block);
            for (int i = 0; i < TLine.Inputs; i++)
                Prefetch.Lines(window + (i * source.Row) + ((TLine.Inputs + (Outputs * (TilesAhead - 1))) * Block), Block, Outputs);
            Prefetch.Lines(result + Block, step, Products);
            nint row = source.Row;
            if (y < 0 || x < 0 || y + TLine.Inputs > source.Height || x + TLine.Inputs > source.Width)
            {
                CopyWindow(source, plane, y, x, TLine.Inputs, square);
                window = square;
                row = TLine.Inputs * Block;
            }

            WinogradTransform<TLine>.Apply(Block, window, row, Block, result, Inputs * step, step);
            place = Next(place);
        }
    }

    /// <summary>Copies a square of pixels, with zeros where it lies outside.</summary>
    private static unsafe void CopyWindow(in ChannelPlanes tensor, float* plane, int y, int x, int size, float* square)
    {
        int first = Math.Clamp(-x, 0, size);
        int end = Math.Clamp(tensor.Width - x, first, size);
        for (int i = 0; i < size; i++)
        {
            var line = new Span<float>(square + (i * size * Block), size * Block);
            if ((uint)(y + i) >= (uint)tensor.Height)
            {
                line.Clear();
                continue;
            }

            line[..(first * Block)].Clear();
            new ReadOnlySpan<float>(plane + ((y + i) * tensor.Row) + ((nint)(x + first) * Block), (end - first) * Block).CopyTo(line[(first * Block)..]);
            line[(end * Block)..].Clear();
        }
    }

    /// <summary>Where a tile lies.</summary>
    /// <param name="Image">Its image.</param>
    /// <param name="Y">The row of its first output.</param>
    /// <param name="X">The column of its first output.</param>
    internal readonly record struct Place(int Image, int Y, int X);
}

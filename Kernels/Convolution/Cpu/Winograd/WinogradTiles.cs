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

    /// <summary>Tiles in a column of tiles.</summary>
    public int Rows => (OutputHeight + Outputs - 1) / Outputs;

    /// <summary>Tiles in a row of tiles.</summary>
    public int Columns => (OutputWidth + Outputs - 1) / Outputs;

    /// <summary>All tiles.</summary>
    public int Count => Batch * Rows * Columns;

    /// <summary>The image of a tile and the row and column of its first output.</summary>
    public (int Image, int Y, int X) Find(int tile)
    {
        int row = tile / Columns;
        return (row / Rows, row % Rows * Outputs, tile % Columns * Outputs);
    }

    /// <summary>Transforms the inputs of tiles for one channel block: product p of tile t goes to result + p * step + t * 16.</summary>
    public unsafe void TransformInputs(in ChannelPlanes input, int block, int firstTile, int endTile, float* result, nint step)
    {
        float* square = stackalloc float[Products * Block];
        for (int tile = firstTile; tile < endTile; tile++, result += Block)
        {
            (int image, int y, int x) = Find(tile);
            float* plane = input.Data + (image * input.Image) + (block * input.Plane);
            float* source = Window(input, plane, y - PaddingTop, x - PaddingLeft, Inputs, square, out nint row);
            for (int half = 0; half < Block; half += 8)
                WinogradTransform<InputLine>.Apply(source + half, row, Block, result + half, Inputs * step, step);
        }
    }

    /// <summary>Transforms the output gradients of tiles for one channel block, as <see cref="TransformInputs"/>.</summary>
    public unsafe void TransformOutputGradients(in ChannelPlanes gradient, int block, int firstTile, int endTile, float* result, nint step)
    {
        float* square = stackalloc float[Products * Block];
        for (int tile = firstTile; tile < endTile; tile++, result += Block)
        {
            (int image, int y, int x) = Find(tile);
            float* plane = gradient.Data + (image * gradient.Image) + (block * gradient.Plane);
            float* source = Window(gradient, plane, y, x, Outputs, square, out nint row);
            for (int half = 0; half < Block; half += 8)
                WinogradTransform<OutputGradientLine>.Apply(source + half, row, Block, result + half, Inputs * step, step);
        }
    }

    /// <summary>A square of pixels: in place where it lies inside the tensor, else copied with zeros around.</summary>
    private static unsafe float* Window(in ChannelPlanes tensor, float* plane, int y, int x, int size, float* square, out nint row)
    {
        row = tensor.Row;
        if (y >= 0 && x >= 0 && y + size <= tensor.Height && x + size <= tensor.Width)
            return plane + (y * tensor.Row) + ((nint)x * Block);
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
            {
                var pixel = new Span<float>(square + (((i * size) + j) * Block), Block);
                if ((uint)(y + i) < (uint)tensor.Height && (uint)(x + j) < (uint)tensor.Width)
                    new ReadOnlySpan<float>(plane + ((y + i) * tensor.Row) + ((nint)(x + j) * Block), Block).CopyTo(pixel);
                else
                    pixel.Clear();
            }
        }

        row = (nint)size * Block;
        return square;
    }
}

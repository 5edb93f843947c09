using SegFromScratch.Engine.Devices;
using SegFromScratch.Kernels.Ladders;

namespace SegFromScratch.Kernels.MatrixProduct;

/// <summary>Launches one rung of the matrix product.</summary>
public static class MatrixProductLadder
{
    /// <summary>Computes C = A B.</summary>
    /// <param name="device">Where the views lie.</param>
    /// <param name="rung">Which kernel runs. Every device runs each; CUDA has no <see cref="Rung.VectorTiles"/>, OpenCL neither <see cref="Rung.TensorFloat32"/> nor <see cref="Rung.BFloat16"/>.</param>
    /// <param name="shape">The sizes.</param>
    /// <param name="left">A, Batch matrices.</param>
    /// <param name="right">B, Batch matrices.</param>
    /// <param name="output">C, Batch matrices; overwritten.</param>
    public static void Run(Device device, Rung rung, MatrixProductShape shape, ArrayView<float> left, ArrayView<float> right, ArrayView<float> output)
    {
        switch (rung)
        {
            case Rung.Naive:
                MatrixProductLauncher.Naive(device, shape.Batch * shape.Rows * shape.Columns, shape, left, right, output);
                break;
            case Rung.SharedTiles:
                const int Tile = MatrixProductKernels.Tile;
                MatrixProductLauncher.SharedTiles(device, Grid(shape, Tile, Tile) with { GroupX = Tile, GroupY = Tile }, shape, left, right, output);
                break;
            case Rung.RegisterTiles:
                LaunchSize size = Grid(shape, RegisterTile.Rows, RegisterTile.Columns) with { GroupX = RegisterTile.Items };
                MatrixProductLauncher.RegisterTiles(device, size, shape, left, right, output, new(Alignment(shape, left, right)));
                break;
            case Rung.VectorTiles:
                MatrixProductVectorLauncher.VectorTiles(device, Grid(shape, VectorTile.RowsPerPanel, VectorTile.Columns), shape, left, right, output);
                break;
            case Rung.TensorFloat32:
            case Rung.BFloat16:
                LaunchSize tiles = Grid(shape, TensorTile.Rows, TensorTile.Columns) with { GroupX = TensorTile.Items };
                MatrixProductTensorLauncher.Product(device, tiles, shape, left, right, output, new(TensorTile.TermsPerWord(rung)));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(rung));
        }
    }

    private static LaunchSize Grid(in MatrixProductShape shape, int rows, int columns) =>
        new((shape.Columns + columns - 1) / columns, (shape.Rows + rows - 1) / rows, shape.Batch, 1, 1, 1);

    // Sixteen bytes at once need four neighbours at a multiple of four elements: rows of A and of B whose lengths are multiples of four.
    private static int Alignment(in MatrixProductShape shape, ArrayView<float> left, ArrayView<float> right)
    {
        bool isLeftAligned = shape.LeftInnerStride == 1 && shape.Inner % 4 == 0 && left.Offset % 4 == 0;
        bool isRightAligned = shape.RightColumnStride == 1 && shape.Columns % 4 == 0 && right.Offset % 4 == 0;
        return (isLeftAligned ? MatrixProductKernels.LeftAligned : 0) | (isRightAligned ? MatrixProductKernels.RightAligned : 0);
    }
}

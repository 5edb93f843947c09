using SegFromScratch.Kernels.Ladders;

namespace SegFromScratch.Kernels.MatrixProduct;

/// <summary>C = A B for devices that are processors.</summary>
public static class MatrixProductVectorKernels
{
    /// <summary>
    /// Rung 4: one work-item a tile of 32 columns and up to 128 rows (<see cref="VectorTile"/>). It copies 256 x 32 elements of B into a panel, then all its rows
    /// pass over the panel, eight at a time. Sums of more than 256 terms wait in the output.
    /// </summary>
    [Kernel(GroupSize = 1)]
    public static void VectorTiles(MatrixProductShape shape, ArrayView<float> left, ArrayView<float> right, ArrayView<float> output)
    {
        ArrayView<float> panel = LocalMemory.Allocate<float>(VectorTile.PanelLength);
        ArrayView<float> lanes = LocalMemory.Allocate<float>(VectorTile.Lanes);
        ArrayView<int> rowStart = LocalMemory.Allocate<int>(VectorTile.Rows);
        ArrayView<FloatVector16> sums = LocalMemory.Allocate<FloatVector16>(2 * VectorTile.Rows);
        int firstColumn = Grid.IdxX * VectorTile.Columns;
        int columns = shape.Columns - firstColumn;
        int endRow = Math.Min(shape.Rows, (Grid.IdxY + 1) * VectorTile.RowsPerPanel);
        for (int first = 0; first < shape.Inner; first += VectorTile.Depth)
        {
            int terms = Math.Min(VectorTile.Depth, shape.Inner - first);
            Pack(shape, right, first, terms, firstColumn, panel, lanes);
            for (int row = Grid.IdxY * VectorTile.RowsPerPanel; row < endRow; row += VectorTile.Rows)
            {
                int at = (((Grid.IdxZ * shape.Rows) + row) * shape.Columns) + firstColumn;
                for (int i = 0; i < VectorTile.Rows; i++)
                {
                    // Rows beyond the last repeat it, and are not stored.
                    int valid = Math.Min(i, endRow - 1 - row);
                    rowStart[i] = (Grid.IdxZ * shape.Rows * shape.Inner) + ((row + valid) * shape.LeftRowStride) + (first * shape.LeftInnerStride);
                    sums[2 * i] = default(FloatVector16);
                    sums[(2 * i) + 1] = default(FloatVector16);
                    if (first > 0)
                    {
                        sums[2 * i] = VectorTile.LoadFirst(output, at + (valid * shape.Columns), columns, lanes);
                        sums[(2 * i) + 1] = VectorTile.LoadFirst(output, at + (valid * shape.Columns) + VectorTile.Lanes, columns - VectorTile.Lanes, lanes);
                    }
                }

                VectorTile.MultiplyAdd(left, rowStart, terms, shape.LeftInnerStride, 1, panel, sums);
                for (int i = 0; i < VectorTile.Rows; i++)
                {
                    if (row + i < endRow)
                    {
                        VectorTile.StoreFirst(output, at + (i * shape.Columns), columns, sums[2 * i], lanes);
                        VectorTile.StoreFirst(output, at + (i * shape.Columns) + VectorTile.Lanes, columns - VectorTile.Lanes, sums[(2 * i) + 1], lanes);
                    }
                }
            }
        }
    }

    private static void Pack(MatrixProductShape shape, ArrayView<float> right, int first, int terms, int firstColumn, ArrayView<float> panel, ArrayView<float> lanes)
    {
        int columns = shape.Columns - firstColumn;
        for (int k = 0; k < terms; k++)
        {
            int at = (Grid.IdxZ * shape.Inner * shape.Columns) + ((first + k) * shape.RightInnerStride) + (firstColumn * shape.RightColumnStride);
            if (shape.RightColumnStride == 1)
            {
                FloatVector16.Store(panel, k * VectorTile.Columns, VectorTile.LoadFirst(right, at, columns, lanes));
                FloatVector16.Store(panel, (k * VectorTile.Columns) + VectorTile.Lanes, VectorTile.LoadFirst(right, at + VectorTile.Lanes, columns - VectorTile.Lanes, lanes));
            }
            else
            {
                for (int j = 0; j < VectorTile.Columns; j++)
                    panel[(k * VectorTile.Columns) + j] = j < columns ? right[at + (j * shape.RightColumnStride)] : 0f;
            }
        }
    }
}

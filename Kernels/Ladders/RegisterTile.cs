namespace SegFromScratch.Kernels.Ladders;

/// <summary>
/// The heart of <see cref="Rung.RegisterTiles"/>: a group of 128 work-items multiplies a tile of 64 rows by one of 128 columns, 8 deep, out of shared memory.
/// Each work-item has 8 x 8 sums in registers: 16 loads serve 64 multiply-adds, where one sum a work-item would need 2 loads for each.
/// Its rows and columns are two runs of four, half a tile apart, so that neighbours read neighbouring 16 bytes and no two of them the same bank of shared memory.
/// </summary>
public static class RegisterTile
{
    /// <summary>Rows of the result that a group computes.</summary>
    public const int Rows = 64;

    /// <summary>Columns of the result that a group computes.</summary>
    public const int Columns = 128;

    /// <summary>Terms of each sum that lie in shared memory at a time.</summary>
    public const int Depth = 8;

    /// <summary>Work-items a group.</summary>
    public const int Items = 128;

    /// <summary>Rows and columns of the result that a work-item computes.</summary>
    public const int Side = 8;

    /// <summary>Elements of the left factor's tile, [Depth][Rows].</summary>
    public const int LeftLength = Depth * Rows;

    /// <summary>Elements of the right factor's tile, [Depth][Columns].</summary>
    public const int RightLength = Depth * Columns;

    private const int ItemsAcross = Columns / Side;

    /// <summary>The row in the tile of one of a work-item's eight rows.</summary>
    public static int Row(int item, int i) => (i / 4 * (Rows / 2)) + (item / ItemsAcross * 4) + (i % 4);

    /// <summary>The column in the tile of one of a work-item's eight columns.</summary>
    public static int Column(int item, int j) => (j / 4 * (Columns / 2)) + (item % ItemsAcross * 4) + (j % 4);

    /// <summary>Sets a work-item's sums to zero.</summary>
    /// <param name="sums">8 x 8 sums, row by row.</param>
    public static void Clear(ArrayView<float> sums)
    {
        for (int i = 0; i < Side; i++)
        {
            for (int j = 0; j < Side; j++)
                sums[(i * Side) + j] = 0f;
        }
    }

    /// <summary>sums += left * right over the depth of the tiles.</summary>
    /// <param name="left">Shared memory with the left tile, [Depth][Rows], from leftStart on.</param>
    /// <param name="leftStart">Where the tile begins.</param>
    /// <param name="right">Shared memory with the right tile, [Depth][Columns], from rightStart on.</param>
    /// <param name="rightStart">Where the tile begins.</param>
    /// <param name="item">The work-item in its group.</param>
    /// <param name="sums">Its 8 x 8 sums, row by row.</param>
    public static void MultiplyAdd(ArrayView<float> left, int leftStart, ArrayView<float> right, int rightStart, int item, ArrayView<float> sums)
    {
        int row = leftStart + (item / ItemsAcross * 4);
        int column = rightStart + (item % ItemsAcross * 4);
        for (int k = 0; k < Depth; k++)
        {
            Float4 above = Float4.LoadShared(left, row + (k * Rows));
            Float4 below = Float4.LoadShared(left, row + (k * Rows) + (Rows / 2));
            Float4 near = Float4.LoadShared(right, column + (k * Columns));
            Float4 far = Float4.LoadShared(right, column + (k * Columns) + (Columns / 2));
            MultiplyAddRow(above.X, near, far, sums, 0);
            MultiplyAddRow(above.Y, near, far, sums, 8);
            MultiplyAddRow(above.Z, near, far, sums, 16);
            MultiplyAddRow(above.W, near, far, sums, 24);
            MultiplyAddRow(below.X, near, far, sums, 32);
            MultiplyAddRow(below.Y, near, far, sums, 40);
            MultiplyAddRow(below.Z, near, far, sums, 48);
            MultiplyAddRow(below.W, near, far, sums, 56);
        }
    }

    private static void MultiplyAddRow(float factor, Float4 near, Float4 far, ArrayView<float> sums, int first)
    {
        sums[first] += factor * near.X;
        sums[first + 1] += factor * near.Y;
        sums[first + 2] += factor * near.Z;
        sums[first + 3] += factor * near.W;
        sums[first + 4] += factor * far.X;
        sums[first + 5] += factor * far.Y;
        sums[first + 6] += factor * far.Z;
        sums[first + 7] += factor * far.W;
    }
}

namespace SegFromScratch.Kernels.Ladders;

/// <summary>
/// The heart of <see cref="Rung.TensorFloat32"/> and <see cref="Rung.BFloat16"/>: a group of 128 work-items, four times the 32 that a tensor core serves, multiplies a tile
/// of 64 rows by one of 128 columns out of shared memory. Each 32 compute 32 rows by 64 columns as 2 x 8 products of <see cref="TensorCore"/>, 64 sums a work-item in registers.
/// <para>
/// A tile holds 16 words of each row and column: 16 terms of tf32, 32 of bf16. Word after word lies in shared memory, rows side by side and eight words of padding behind them:
/// so neighbours store to neighbouring banks, and the 32 work-items of a product read 32 different ones.
/// </para>
/// </summary>
public static class TensorTile
{
    /// <summary>Rows of the result that a group computes.</summary>
    public const int Rows = 64;

    /// <summary>Columns of the result that a group computes.</summary>
    public const int Columns = 128;

    /// <summary>Work-items a group.</summary>
    public const int Items = 128;

    /// <summary>Words of each row and column that lie in shared memory at a time.</summary>
    public const int Words = 16;

    /// <summary>From one word of a row to the next.</summary>
    public const int LeftStride = Rows + 8;

    /// <summary>From one word of a column to the next.</summary>
    public const int RightStride = Columns + 8;

    /// <summary>Words of the left factor's tile.</summary>
    public const int LeftLength = Words * LeftStride;

    /// <summary>Words of the right factor's tile.</summary>
    public const int RightLength = Words * RightStride;

    /// <summary>Words of the left tile that a work-item brings: half of a row.</summary>
    public const int LeftWords = Words * Rows / Items;

    /// <summary>Sums of a work-item.</summary>
    public const int Sums = Rows * Columns / Items;

    private const int Lanes = 32;
    private const int WarpRows = 32;
    private const int WarpColumns = 64;
    private const int ProductsDown = WarpRows / TensorCore.Rows;
    private const int ProductsAcross = WarpColumns / TensorCore.Columns;

    /// <summary>How many terms of a sum a word holds: 1 of tf32, 2 of bf16.</summary>
    public static int TermsPerWord(Rung rung) => rung == Rung.BFloat16 ? 2 : 1;

    /// <summary>The row in the tile of one of a work-item's sums.</summary>
    public static int Row(int item, int sum) =>
        (item / Lanes / 2 * WarpRows) + (sum / TensorCore.Sums / ProductsAcross * TensorCore.Rows) + (item % Lanes / 4) + (sum % TensorCore.Sums / 2 * 8);

    /// <summary>The column in the tile of one of a work-item's sums.</summary>
    public static int Column(int item, int sum) =>
        (item / Lanes % 2 * WarpColumns) + (sum / TensorCore.Sums % ProductsAcross * TensorCore.Columns) + (item % 4 * 2) + (sum % 2);

    /// <summary>Sets a work-item's sums to zero.</summary>
    /// <param name="sums">Its <see cref="Sums"/> sums.</param>
    public static void Clear(ArrayView<float> sums)
    {
        for (int i = 0; i < ProductsDown * ProductsAcross; i++)
        {
            for (int j = 0; j < TensorCore.Sums; j++)
                sums[(i * TensorCore.Sums) + j] = 0f;
        }
    }

    /// <summary>One or two terms as a word.</summary>
    /// <param name="termsPerWord">1 for tf32, 2 for bf16.</param>
    /// <param name="first">The term.</param>
    /// <param name="second">The next one; not used with tf32.</param>
    public static uint Word(int termsPerWord, float first, float second) => termsPerWord == 2 ? TensorCore.Bf16(first, second) : TensorCore.Tf32(first);

    /// <summary>Stores the words that a work-item has brought: half of one row, and all of one column.</summary>
    /// <param name="left">Shared memory, [Words][LeftStride] from leftStart on.</param>
    /// <param name="leftStart">Where the left tile begins.</param>
    /// <param name="right">Shared memory, [Words][RightStride] from rightStart on.</param>
    /// <param name="rightStart">Where the right tile begins.</param>
    /// <param name="item">The work-item in its group.</param>
    /// <param name="nextLeft"><see cref="LeftWords"/> words of row item % Rows, from word item / Rows * LeftWords on.</param>
    /// <param name="nextRight"><see cref="Words"/> words of column item.</param>
    public static void Store(ArrayView<uint> left, int leftStart, ArrayView<uint> right, int rightStart, int item, ArrayView<uint> nextLeft, ArrayView<uint> nextRight)
    {
        for (int i = 0; i < LeftWords; i++)
            left[leftStart + (((item / Rows * LeftWords) + i) * LeftStride) + (item % Rows)] = nextLeft[i];
        for (int i = 0; i < Words; i++)
            right[rightStart + (i * RightStride) + item] = nextRight[i];
    }

    /// <summary>sums += left * right over the words of the tiles.</summary>
    /// <param name="left">Shared memory, [Words][LeftStride] from leftStart on.</param>
    /// <param name="leftStart">Where the left tile begins.</param>
    /// <param name="right">Shared memory, [Words][RightStride] from rightStart on.</param>
    /// <param name="rightStart">Where the right tile begins.</param>
    /// <param name="item">The work-item in its group.</param>
    /// <param name="termsPerWord">1 for tf32, 2 for bf16.</param>
    /// <param name="sums">Its <see cref="Sums"/> sums.</param>
    public static void MultiplyAdd(ArrayView<uint> left, int leftStart, ArrayView<uint> right, int rightStart, int item, int termsPerWord, ArrayView<float> sums)
    {
        int row = leftStart + (item / Lanes / 2 * WarpRows);
        int column = rightStart + (item / Lanes % 2 * WarpColumns);
        int lane = item % Lanes;
        for (int step = 0; step < Words / TensorCore.Words; step++)
        {
            int a = row + (step * TensorCore.Words * LeftStride);
            int b = column + (step * TensorCore.Words * RightStride);
            if (termsPerWord == 2)
                TensorCore.MultiplyAddBf16(sums, left, a, LeftStride, right, b, RightStride, lane, ProductsDown, ProductsAcross);
            else
                TensorCore.MultiplyAddTf32(sums, left, a, LeftStride, right, b, RightStride, lane, ProductsDown, ProductsAcross);
        }
    }
}

using SegFromScratch.Kernels.Ladders;

namespace SegFromScratch.Kernels.MatrixProduct;

/// <summary>C = A B for the tensor cores of NVIDIA GPUs.</summary>
public static class MatrixProductTensorKernels
{
    /// <summary>
    /// Rungs 5 and 6: 64 x 128 elements a group (<see cref="TensorTile"/>), double buffered like rung 3. Factors are rounded once, on their way into shared memory;
    /// sums are float32. Launched over tiles of columns, tiles of rows, and matrices.
    /// </summary>
    [Kernel(GroupSize = TensorTile.Items)]
    public static void Product(MatrixProductShape shape, ArrayView<float> left, ArrayView<float> right, ArrayView<float> output, SpecializedValue<int> termsPerWord)
    {
        ArrayView<uint> leftTiles = SharedMemory.Allocate<uint>(2 * TensorTile.LeftLength);
        ArrayView<uint> rightTiles = SharedMemory.Allocate<uint>(2 * TensorTile.RightLength);
        ArrayView<float> sums = LocalMemory.Allocate<float>(TensorTile.Sums);
        ArrayView<uint> nextLeft = LocalMemory.Allocate<uint>(TensorTile.LeftWords);
        ArrayView<uint> nextRight = LocalMemory.Allocate<uint>(TensorTile.Words);
        int item = Group.IdxX;
        int firstRow = Grid.IdxY * TensorTile.Rows;
        int firstColumn = Grid.IdxX * TensorTile.Columns;
        int depth = TensorTile.Words * termsPerWord.Value;
        TensorTile.Clear(sums);
        Load(shape, left, right, firstRow, firstColumn, 0, item, termsPerWord.Value, nextLeft, nextRight);
        TensorTile.Store(leftTiles, 0, rightTiles, 0, item, nextLeft, nextRight);
        Group.Barrier();
        int half = 0;
        for (int first = 0; first < shape.Inner; first += depth)
        {
            Load(shape, left, right, firstRow, firstColumn, first + depth, item, termsPerWord.Value, nextLeft, nextRight);
            TensorTile.MultiplyAdd(leftTiles, half * TensorTile.LeftLength, rightTiles, half * TensorTile.RightLength, item, termsPerWord.Value, sums);
            half = 1 - half;
            TensorTile.Store(leftTiles, half * TensorTile.LeftLength, rightTiles, half * TensorTile.RightLength, item, nextLeft, nextRight);
            Group.Barrier();
        }

        for (int i = 0; i < TensorTile.Sums / TensorCore.Sums; i++)
        {
            for (int j = 0; j < TensorCore.Sums; j++)
            {
                int sum = (i * TensorCore.Sums) + j;
                int row = firstRow + TensorTile.Row(item, sum);
                int column = firstColumn + TensorTile.Column(item, sum);
                if (row < shape.Rows && column < shape.Columns)
                    output[(((Grid.IdxZ * shape.Rows) + row) * shape.Columns) + column] = sums[sum];
            }
        }
    }

    private static void Load(
        MatrixProductShape shape, ArrayView<float> left, ArrayView<float> right, int firstRow, int firstColumn, int first, int item, int termsPerWord,
        ArrayView<uint> nextLeft, ArrayView<uint> nextRight)
    {
        int row = firstRow + (item % TensorTile.Rows);
        for (int i = 0; i < TensorTile.LeftWords; i++)
        {
            int k = first + (((item / TensorTile.Rows * TensorTile.LeftWords) + i) * termsPerWord);
            nextLeft[i] = TensorTile.Word(termsPerWord, Left(shape, left, row, k), termsPerWord == 2 ? Left(shape, left, row, k + 1) : 0f);
        }

        for (int i = 0; i < TensorTile.Words; i++)
        {
            int k = first + (i * termsPerWord);
            nextRight[i] = TensorTile.Word(termsPerWord, Right(shape, right, firstColumn + item, k), termsPerWord == 2 ? Right(shape, right, firstColumn + item, k + 1) : 0f);
        }
    }

    private static float Left(MatrixProductShape shape, ArrayView<float> left, int row, int k) =>
        row < shape.Rows && k < shape.Inner ? left[(Grid.IdxZ * shape.Rows * shape.Inner) + (row * shape.LeftRowStride) + (k * shape.LeftInnerStride)] : 0f;

    private static float Right(MatrixProductShape shape, ArrayView<float> right, int column, int k) =>
        column < shape.Columns && k < shape.Inner ? right[(Grid.IdxZ * shape.Inner * shape.Columns) + (k * shape.RightInnerStride) + (column * shape.RightColumnStride)] : 0f;
}

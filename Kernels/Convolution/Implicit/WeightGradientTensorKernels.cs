using SegFromScratch.Kernels.Ladders;

namespace SegFromScratch.Kernels.Convolution.Implicit;

/// <summary>Rungs 5 and 6 of the weight gradient, for the tensor cores of NVIDIA GPUs: the product of <see cref="WeightGradientTileKernels"/> with rounded factors.</summary>
public static class WeightGradientTensorKernels
{
    /// <summary>
    /// 64 output channels by 128 weights a group (<see cref="TensorTile"/>), double buffered. Launched over tiles of columns, tiles of rows, and parts of each convolution group;
    /// <see cref="WeightGradientTileKernels.Sum"/> adds up the parts.
    /// </summary>
    [Kernel(GroupSize = TensorTile.Items)]
    public static void Product(
        ImplicitProduct product, ArrayView<float> input, ArrayView<float> outputGradient, ArrayView<float> partial, int parts, int termsPerPart, SpecializedValue<int> termsPerWord)
    {
        ArrayView<uint> left = SharedMemory.Allocate<uint>(2 * TensorTile.LeftLength);
        ArrayView<uint> right = SharedMemory.Allocate<uint>(2 * TensorTile.RightLength);
        ArrayView<float> sums = LocalMemory.Allocate<float>(TensorTile.Sums);
        ArrayView<uint> nextLeft = LocalMemory.Allocate<uint>(TensorTile.LeftWords);
        ArrayView<uint> nextRight = LocalMemory.Allocate<uint>(TensorTile.Words);
        int item = Group.IdxX;
        int group = Grid.IdxZ / parts;
        int part = Grid.IdxZ % parts;
        int firstRow = Grid.IdxY * TensorTile.Rows;
        int firstColumn = Grid.IdxX * TensorTile.Columns;
        int start = part * termsPerPart;
        int depth = TensorTile.Words * termsPerWord.Value;
        TensorTile.Clear(sums);
        Load(product, input, outputGradient, group, firstRow, firstColumn, start, item, termsPerWord.Value, nextLeft, nextRight);
        TensorTile.Store(left, 0, right, 0, item, nextLeft, nextRight);
        Group.Barrier();
        int half = 0;
        for (int first = 0; first < termsPerPart; first += depth)
        {
            Load(product, input, outputGradient, group, firstRow, firstColumn, start + first + depth, item, termsPerWord.Value, nextLeft, nextRight);
            TensorTile.MultiplyAdd(left, half * TensorTile.LeftLength, right, half * TensorTile.RightLength, item, termsPerWord.Value, sums);
            half = 1 - half;
            TensorTile.Store(left, half * TensorTile.LeftLength, right, half * TensorTile.RightLength, item, nextLeft, nextRight);
            Group.Barrier();
        }

        for (int i = 0; i < TensorTile.Sums / TensorCore.Sums; i++)
        {
            for (int j = 0; j < TensorCore.Sums; j++)
            {
                int sum = (i * TensorCore.Sums) + j;
                WeightGradientTileKernels.Store(product, partial, group, part, firstRow + TensorTile.Row(item, sum), firstColumn + TensorTile.Column(item, sum), sums[sum]);
            }
        }
    }

    // Half of the words of one output channel, and all words under one tap: pixels side by side.
    private static void Load(
        ImplicitProduct product, ArrayView<float> input, ArrayView<float> outputGradient, int group, int firstRow, int firstColumn, int first, int item, int termsPerWord,
        ArrayView<uint> nextLeft, ArrayView<uint> nextRight)
    {
        int row = firstRow + (item % TensorTile.Rows);
        for (int i = 0; i < TensorTile.LeftWords; i++)
        {
            int term = first + (((item / TensorTile.Rows * TensorTile.LeftWords) + i) * termsPerWord);
            nextLeft[i] = TensorTile.Word(
                termsPerWord, WeightGradientTileKernels.Gradient(product, outputGradient, group, row, term),
                termsPerWord == 2 ? WeightGradientTileKernels.Gradient(product, outputGradient, group, row, term + 1) : 0f);
        }

        int column = firstColumn + item;
        for (int i = 0; i < TensorTile.Words; i++)
        {
            int term = first + (i * termsPerWord);
            nextRight[i] = TensorTile.Word(
                termsPerWord, WeightGradientTileKernels.Pixel(product, input, group, column, term),
                termsPerWord == 2 ? WeightGradientTileKernels.Pixel(product, input, group, column, term + 1) : 0f);
        }
    }
}

using SegFromScratch.Kernels.Ladders;

namespace SegFromScratch.Kernels.Convolution.Implicit;

/// <summary>Rungs 5 and 6 of the forward pass and the input gradient: implicit matrix products for the tensor cores of NVIDIA GPUs. All tensors have channel block 1.</summary>
public static class ImplicitTensorKernels
{
    /// <summary>
    /// 64 rows of 128 pixels a group (<see cref="TensorTile"/>), double buffered. Weights and pixels are rounded on their way into shared memory, sums and bias are float32.
    /// Launched over tiles of pixels, tiles of rows, and groups, like <see cref="ImplicitTileKernels.RegisterTiles"/>.
    /// </summary>
    [Kernel(GroupSize = TensorTile.Items)]
    public static void Product(
        ImplicitProduct product, ArrayView<float> weight, ArrayView<float> source, ArrayView<float> bias, ArrayView<float> added, float floor, ArrayView<float> result,
        SpecializedValue<int> kernelHeight, SpecializedValue<int> kernelWidth, SpecializedValue<int> termsPerWord)
    {
        ArrayView<uint> left = SharedMemory.Allocate<uint>(2 * TensorTile.LeftLength);
        ArrayView<uint> right = SharedMemory.Allocate<uint>(2 * TensorTile.RightLength);
        ArrayView<float> sums = LocalMemory.Allocate<float>(TensorTile.Sums);
        ArrayView<uint> nextLeft = LocalMemory.Allocate<uint>(TensorTile.LeftWords);
        ArrayView<uint> nextRight = LocalMemory.Allocate<uint>(TensorTile.Words);
        int item = Group.IdxX;
        int firstRow = Grid.IdxY * TensorTile.Rows;
        int firstColumn = Grid.IdxX * TensorTile.Columns;
        int taps = kernelHeight.Value * kernelWidth.Value;
        int terms = product.Channels * taps;
        int depth = TensorTile.Words * termsPerWord.Value;
        TensorTile.Clear(sums);
        Load(product, weight, source, firstRow, firstColumn, 0, item, taps, kernelWidth.Value, termsPerWord.Value, nextLeft, nextRight);
        TensorTile.Store(left, 0, right, 0, item, nextLeft, nextRight);
        Group.Barrier();
        int half = 0;
        for (int first = 0; first < terms; first += depth)
        {
            Load(product, weight, source, firstRow, firstColumn, first + depth, item, taps, kernelWidth.Value, termsPerWord.Value, nextLeft, nextRight);
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
                ImplicitTileKernels.Store(product, bias, added, floor, result, firstRow + TensorTile.Row(item, sum), firstColumn + TensorTile.Column(item, sum), sums[sum]);
            }
        }
    }

    // Half of the words of one row of weights, and all words of one pixel: neighbours bring neighbouring pixels.
    private static void Load(
        ImplicitProduct product, ArrayView<float> weight, ArrayView<float> source, int firstRow, int firstColumn, int first, int item, int taps, int kernelWidth, int termsPerWord,
        ArrayView<uint> nextLeft, ArrayView<uint> nextRight)
    {
        int row = firstRow + (item % TensorTile.Rows);
        for (int i = 0; i < TensorTile.LeftWords; i++)
        {
            int term = first + (((item / TensorTile.Rows * TensorTile.LeftWords) + i) * termsPerWord);
            nextLeft[i] = TensorTile.Word(
                termsPerWord, ImplicitTileKernels.Weight(product, weight, row, term, taps), termsPerWord == 2 ? ImplicitTileKernels.Weight(product, weight, row, term + 1, taps) : 0f);
        }

        int column = firstColumn + item;
        for (int i = 0; i < TensorTile.Words; i++)
        {
            int term = first + (i * termsPerWord);
            nextRight[i] = TensorTile.Word(
                termsPerWord, ImplicitTileKernels.Pixel(product, source, column, term, taps, kernelWidth),
                termsPerWord == 2 ? ImplicitTileKernels.Pixel(product, source, column, term + 1, taps, kernelWidth) : 0f);
        }
    }
}

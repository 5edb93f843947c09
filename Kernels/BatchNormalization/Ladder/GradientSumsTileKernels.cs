using SegFromScratch.Kernels.Reduction;

namespace SegFromScratch.Kernels.BatchNormalization.Ladder;

/// <summary>
/// Rungs 2 and 3 of the sums of g and g * h, from which the gradients of beta, gamma and the input are made: a group a slice of a channel, joined pairwise in shared memory.
/// Tensors have channel block 1. Launched over slices and channels; <see cref="BatchNormalizationBackwardKernels.Totals"/> adds up the slices.
/// Both store g, where <c>rectified</c> is not empty: the gradient of what was added before the ReLU.
/// </summary>
public static class GradientSumsTileKernels
{
    /// <summary>Work-items a group.</summary>
    public const int Items = 128;

    /// <summary>Pixels that a work-item of <see cref="RegisterTiles"/> loads at once.</summary>
    public const int Chunk = 4;

    /// <summary>Rung 2: neighbouring work-items read neighbouring pixels, one at a time.</summary>
    [Kernel(GroupSize = Items)]
    public static void SharedTiles(
        TensorView input, ArrayView<float> output, ArrayView<float> outputGradient, ArrayView<float> mean, ArrayView<float> inverseDeviation, PixelSlices slices,
        ArrayView<float> rectified, ArrayView<float> sums, ArrayView<float> products)
    {
        ArrayView<float> itemSums = SharedMemory.Allocate<float>(Items);
        ArrayView<float> itemProducts = SharedMemory.Allocate<float>(Items);
        int item = Group.IdxX;
        int plane = ((slices.Image(Grid.IdxX) * input.Layout.Channels) + Grid.IdxY) * slices.Pixels;
        float sum = 0f;
        float product = 0f;
        for (int pixel = slices.Start(Grid.IdxX) + item; pixel < slices.End(Grid.IdxX); pixel += Items)
        {
            float g = output.Length > 0 && output[plane + pixel] <= 0f ? 0f : outputGradient[plane + pixel];
            if (rectified.Length > 0)
                rectified[plane + pixel] = g;
            sum += g;
            product += g * (input.Data[plane + pixel] - mean[Grid.IdxY]);
        }

        itemSums[item] = sum;
        itemProducts[item] = product;
        Group.Barrier();
        for (int half = Items / 2; half > 0; half /= 2)
        {
            if (item < half)
            {
                itemSums[item] += itemSums[item + half];
                itemProducts[item] += itemProducts[item + half];
            }

            Group.Barrier();
        }

        if (item == 0)
        {
            int index = (Grid.IdxX * input.Layout.Channels) + Grid.IdxY;
            sums[index] = itemSums[0];
            products[index] = itemProducts[0] * inverseDeviation[Grid.IdxY];
        }
    }

    /// <summary>Rung 3: four pixels of up to three tensors are on their way at once, and no load waits for the comparison with the ReLU's output.</summary>
    [Kernel(GroupSize = Items)]
    public static void RegisterTiles(
        TensorView input, ArrayView<float> output, ArrayView<float> outputGradient, ArrayView<float> mean, ArrayView<float> inverseDeviation, PixelSlices slices,
        ArrayView<float> rectified, ArrayView<float> sums, ArrayView<float> products)
    {
        ArrayView<float> itemSums = SharedMemory.Allocate<float>(Items);
        ArrayView<float> itemProducts = SharedMemory.Allocate<float>(Items);
        ArrayView<float> gradient = LocalMemory.Allocate<float>(Chunk);
        ArrayView<float> deviation = LocalMemory.Allocate<float>(Chunk);
        int item = Group.IdxX;
        int plane = ((slices.Image(Grid.IdxX) * input.Layout.Channels) + Grid.IdxY) * slices.Pixels;
        int start = plane + slices.Start(Grid.IdxX);
        int end = plane + slices.End(Grid.IdxX);
        float center = mean[Grid.IdxY];
        float sum = 0f;
        float product = 0f;
        for (int first = start + item; first < end; first += Chunk * Items)
        {
            for (int i = 0; i < Chunk; i++)
            {
                // What lies beyond the end is read at the end, and counts nothing.
                int at = Math.Min(first + (i * Items), end - 1);
                float g = outputGradient[at];
                float y = output.Length > 0 ? output[at] : 1f;
                gradient[i] = y <= 0f || first + (i * Items) >= end ? 0f : g;
                deviation[i] = input.Data[at] - center;
            }

            if (rectified.Length > 0)
            {
                for (int i = 0; i < Chunk; i++)
                {
                    if (first + (i * Items) < end)
                        rectified[first + (i * Items)] = gradient[i];
                }
            }

            for (int i = 0; i < Chunk; i++)
            {
                sum += gradient[i];
                product += gradient[i] * deviation[i];
            }
        }

        itemSums[item] = sum;
        itemProducts[item] = product;
        Group.Barrier();
        for (int half = Items / 2; half > 0; half /= 2)
        {
            if (item < half)
            {
                itemSums[item] += itemSums[item + half];
                itemProducts[item] += itemProducts[item + half];
            }

            Group.Barrier();
        }

        if (item == 0)
        {
            int index = (Grid.IdxX * input.Layout.Channels) + Grid.IdxY;
            sums[index] = itemSums[0];
            products[index] = itemProducts[0] * inverseDeviation[Grid.IdxY];
        }
    }
}

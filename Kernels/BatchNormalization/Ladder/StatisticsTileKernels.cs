using SegFromScratch.Kernels.Reduction;

namespace SegFromScratch.Kernels.BatchNormalization.Ladder;

/// <summary>
/// Rungs 2 and 3 of the statistics of batch normalisation: a group a slice of a channel, whose pixels are read once. Neighbouring work-items read neighbouring pixels, and what each has seen
/// is joined pairwise in shared memory, always in the same order. Tensors have channel block 1. Launched over slices and channels.
/// </summary>
public static class StatisticsTileKernels
{
    /// <summary>Work-items a group.</summary>
    public const int Items = 128;

    /// <summary>Numbers that a work-item of <see cref="RegisterTiles"/> loads at once.</summary>
    public const int Chunk = 8;

    /// <summary>Rung 2: each work-item takes its numbers one by one. Writes what <see cref="BatchNormalizationKernels.Partials"/> writes.</summary>
    [Kernel(GroupSize = Items)]
    public static void SharedTiles(TensorView input, PixelSlices slices, ArrayView<float> means, ArrayView<float> squares)
    {
        ArrayView<float> counts = SharedMemory.Allocate<float>(Items);
        ArrayView<float> itemMeans = SharedMemory.Allocate<float>(Items);
        ArrayView<float> itemSquares = SharedMemory.Allocate<float>(Items);
        int item = Group.IdxX;
        int plane = ((slices.Image(Grid.IdxX) * input.Layout.Channels) + Grid.IdxY) * slices.Pixels;
        float shift = input.Data[Grid.IdxY * slices.Pixels];
        var moments = new ChannelMoments(0f, 0f, 0f);
        for (int pixel = slices.Start(Grid.IdxX) + item; pixel < slices.End(Grid.IdxX); pixel += Items)
            moments = moments.Add(input.Data[plane + pixel] - shift);
        Put(counts, itemMeans, itemSquares, item, moments);
        Group.Barrier();
        for (int half = Items / 2; half > 0; half /= 2)
        {
            if (item < half)
                Join(counts, itemMeans, itemSquares, item, item + half);
            Group.Barrier();
        }

        if (item == 0)
        {
            int index = (Grid.IdxX * input.Layout.Channels) + Grid.IdxY;
            means[index] = itemMeans[0];
            squares[index] = itemSquares[0];
        }
    }

    /// <summary>Rung 3: each work-item loads eight numbers at once and has their mean and deviations in registers, at one division for eight.</summary>
    [Kernel(GroupSize = Items)]
    public static void RegisterTiles(TensorView input, PixelSlices slices, ArrayView<float> means, ArrayView<float> squares)
    {
        ArrayView<float> counts = SharedMemory.Allocate<float>(Items);
        ArrayView<float> itemMeans = SharedMemory.Allocate<float>(Items);
        ArrayView<float> itemSquares = SharedMemory.Allocate<float>(Items);
        ArrayView<float> values = LocalMemory.Allocate<float>(Chunk);
        int item = Group.IdxX;
        int plane = ((slices.Image(Grid.IdxX) * input.Layout.Channels) + Grid.IdxY) * slices.Pixels;
        float shift = input.Data[Grid.IdxY * slices.Pixels];
        int end = slices.End(Grid.IdxX);
        int pixel = slices.Start(Grid.IdxX) + item;
        var moments = new ChannelMoments(0f, 0f, 0f);
        for (; pixel + ((Chunk - 1) * Items) < end; pixel += Chunk * Items)
        {
            for (int i = 0; i < Chunk; i++)
                values[i] = input.Data[plane + pixel + (i * Items)] - shift;
            float sum = 0f;
            for (int i = 0; i < Chunk; i++)
                sum += values[i];
            float mean = sum / Chunk;
            float square = 0f;
            for (int i = 0; i < Chunk; i++)
                square += (values[i] - mean) * (values[i] - mean);
            moments = moments.Join(new ChannelMoments(Chunk, mean, square));
        }

        for (; pixel < end; pixel += Items)
            moments = moments.Add(input.Data[plane + pixel] - shift);
        Put(counts, itemMeans, itemSquares, item, moments);
        Group.Barrier();
        for (int half = Items / 2; half > 0; half /= 2)
        {
            if (item < half)
                Join(counts, itemMeans, itemSquares, item, item + half);
            Group.Barrier();
        }

        if (item == 0)
        {
            int index = (Grid.IdxX * input.Layout.Channels) + Grid.IdxY;
            means[index] = itemMeans[0];
            squares[index] = itemSquares[0];
        }
    }

    private static void Join(ArrayView<float> counts, ArrayView<float> means, ArrayView<float> squares, int at, int other)
    {
        ChannelMoments joined = new ChannelMoments(counts[at], means[at], squares[at]).Join(new ChannelMoments(counts[other], means[other], squares[other]));
        Put(counts, means, squares, at, joined);
    }

    private static void Put(ArrayView<float> counts, ArrayView<float> means, ArrayView<float> squares, int at, ChannelMoments moments)
    {
        counts[at] = moments.Count;
        means[at] = moments.Mean;
        squares[at] = moments.Squares;
    }
}

using SegFromScratch.Kernels.Ladders;
using SegFromScratch.Kernels.Reduction;

namespace SegFromScratch.Kernels.BatchNormalization.Ladder;

/// <summary>Rung 4 of batch normalisation, for devices that are processors: sixteen neighbouring pixels are a vector. Tensors have channel block 1.</summary>
public static class NormalizationVectorKernels
{
    /// <summary>Vectors whose mean and deviations are computed in registers.</summary>
    public const int Chunk = 8;

    /// <summary>Pixels a work-item of the passes that go number by number.</summary>
    public const int Pixels = 4096;

    /// <summary>
    /// Statistics of a slice of a channel: each lane joins its share of 8 vectors at a time, and the lanes are joined in order at the end.
    /// Writes what <see cref="BatchNormalizationKernels.Partials"/> writes. Launched over slices and channels.
    /// </summary>
    [Kernel(GroupSize = 1)]
    public static void Statistics(TensorView input, PixelSlices slices, ArrayView<float> means, ArrayView<float> squares)
    {
        ArrayView<FloatVector16> values = LocalMemory.Allocate<FloatVector16>(Chunk);
        ArrayView<float> laneMeans = LocalMemory.Allocate<float>(VectorTile.Lanes);
        ArrayView<float> laneSquares = LocalMemory.Allocate<float>(VectorTile.Lanes);
        int plane = ((slices.Image(Grid.IdxX) * input.Layout.Channels) + Grid.IdxY) * slices.Pixels;
        float shift = input.Data[Grid.IdxY * slices.Pixels];
        FloatVector16 shifts = FloatVector16.Splat(shift);
        int end = slices.End(Grid.IdxX);
        int pixel = slices.Start(Grid.IdxX);
        FloatVector16 mean = FloatVector16.Splat(0f);
        FloatVector16 square = FloatVector16.Splat(0f);
        float count = 0f;
        for (; pixel + (Chunk * VectorTile.Lanes) <= end; pixel += Chunk * VectorTile.Lanes)
        {
            FloatVector16 sum = FloatVector16.Splat(0f);
            for (int i = 0; i < Chunk; i++)
            {
                values[i] = FloatVector16.Load(input.Data, plane + pixel + (i * VectorTile.Lanes)) - shifts;
                sum = values[i] + sum;
            }

            FloatVector16 chunkMean = sum * FloatVector16.Splat(1f / Chunk);
            for (int i = 0; i < Chunk; i++)
            {
                FloatVector16 deviation = values[i] - chunkMean;
                square = FloatVector16.MultiplyAdd(deviation, deviation, square);
            }

            // As ChannelMoments.Join in each lane.
            float share = Chunk / (count + Chunk);
            FloatVector16 distance = chunkMean - mean;
            mean = FloatVector16.MultiplyAdd(share, distance, mean);
            square = FloatVector16.MultiplyAdd(count * share, distance * distance, square);
            count += Chunk;
        }

        FloatVector16.Store(laneMeans, 0, mean);
        FloatVector16.Store(laneSquares, 0, square);
        var moments = new ChannelMoments(0f, 0f, 0f);
        for (int lane = 0; lane < VectorTile.Lanes; lane++)
            moments = moments.Join(new ChannelMoments(count, laneMeans[lane], laneSquares[lane]));
        for (; pixel < end; pixel++)
            moments = moments.Add(input.Data[plane + pixel] - shift);
        int index = (Grid.IdxX * input.Layout.Channels) + Grid.IdxY;
        means[index] = moments.Mean;
        squares[index] = moments.Squares;
    }

    /// <summary>output = gamma * (input - mean) * inverseDeviation + beta + added, where there is a summand; with <paramref name="relu"/> not 0 at least 0. Launched over blocks of pixels, channels, and images.</summary>
    [Kernel(GroupSize = 1)]
    public static void Normalize(
        TensorView input, ArrayView<float> added, ArrayView<float> gamma, ArrayView<float> beta, ArrayView<float> mean, ArrayView<float> inverseDeviation, int relu, TensorView output)
    {
        ArrayView<float> lanes = LocalMemory.Allocate<float>(VectorTile.Lanes);
        int c = Grid.IdxY;
        int pixels = input.Layout.Height * input.Layout.Width;
        int plane = ((Grid.IdxZ * input.Layout.Channels) + c) * pixels;
        int end = Math.Min(pixels, (Grid.IdxX + 1) * Pixels);
        FloatVector16 center = FloatVector16.Splat(mean[c]);
        FloatVector16 offset = FloatVector16.Splat(beta.Length > 0 ? beta[c] : 0f);
        FloatVector16 zero = FloatVector16.Splat(0f);
        float factor = gamma.Length > 0 ? inverseDeviation[c] * gamma[c] : inverseDeviation[c];
        for (int pixel = Grid.IdxX * Pixels; pixel < end; pixel += VectorTile.Lanes)
        {
            FloatVector16 x = VectorTile.LoadBetween(input.Data, plane + pixel, 0, end - pixel, lanes);
            FloatVector16 y = FloatVector16.MultiplyAdd(factor, x - center, offset);
            if (added.Length > 0)
                y = y + VectorTile.LoadBetween(added, plane + pixel, 0, end - pixel, lanes);
            if (relu != 0)
                y = FloatVector16.Max(y, zero);
            VectorTile.StoreFirst(output.Data, plane + pixel, end - pixel, y, lanes);
        }
    }

    /// <summary>Sums of g and g * h over a slice of a channel, as <see cref="BatchNormalizationBackwardKernels.Partials"/>; stores g unless <paramref name="rectified"/> is empty. Launched over slices and channels.</summary>
    [Kernel(GroupSize = 1)]
    public static void GradientSums(
        TensorView input, ArrayView<float> output, ArrayView<float> outputGradient, ArrayView<float> mean, ArrayView<float> inverseDeviation, PixelSlices slices,
        ArrayView<float> rectified, ArrayView<float> sums, ArrayView<float> products)
    {
        ArrayView<float> lanes = LocalMemory.Allocate<float>(VectorTile.Lanes);
        int plane = ((slices.Image(Grid.IdxX) * input.Layout.Channels) + Grid.IdxY) * slices.Pixels;
        int end = slices.End(Grid.IdxX);
        FloatVector16 center = FloatVector16.Splat(mean[Grid.IdxY]);
        FloatVector16 sum = FloatVector16.Splat(0f);
        FloatVector16 product = FloatVector16.Splat(0f);
        for (int pixel = slices.Start(Grid.IdxX); pixel < end; pixel += VectorTile.Lanes)
        {
            FloatVector16 g = VectorTile.LoadBetween(outputGradient, plane + pixel, 0, end - pixel, lanes);
            if (output.Length > 0)
                g = FloatVector16.WhereAbove(g, VectorTile.LoadBetween(output, plane + pixel, 0, end - pixel, lanes));
            if (rectified.Length > 0)
                VectorTile.StoreFirst(rectified, plane + pixel, end - pixel, g, lanes);
            sum = g + sum;
            product = FloatVector16.MultiplyAdd(g, VectorTile.LoadBetween(input.Data, plane + pixel, 0, end - pixel, lanes) - center, product);
        }

        int index = (Grid.IdxX * input.Layout.Channels) + Grid.IdxY;
        sums[index] = VectorTile.Sum(sum, lanes);
        products[index] = VectorTile.Sum(product, lanes) * inverseDeviation[Grid.IdxY];
    }

    /// <summary>inputGradient as in <see cref="BatchNormalizationBackwardKernels.Input"/>. Launched over blocks of pixels, channels, and images.</summary>
    [Kernel(GroupSize = 1)]
    public static void InputGradient(
        TensorView input,
        ArrayView<float> output,
        ArrayView<float> outputGradient,
        ArrayView<float> gamma,
        ArrayView<float> mean,
        ArrayView<float> inverseDeviation,
        ArrayView<float> betaGradient,
        ArrayView<float> gammaGradient,
        ArrayView<float> inputGradient)
    {
        ArrayView<float> lanes = LocalMemory.Allocate<float>(VectorTile.Lanes);
        int c = Grid.IdxY;
        int pixels = input.Layout.Height * input.Layout.Width;
        int plane = ((Grid.IdxZ * input.Layout.Channels) + c) * pixels;
        int end = Math.Min(pixels, (Grid.IdxX + 1) * Pixels);
        float count = input.Layout.Batch * pixels;
        FloatVector16 scale = FloatVector16.Splat(gamma.Length > 0 ? gamma[c] * inverseDeviation[c] : inverseDeviation[c]);
        FloatVector16 center = FloatVector16.Splat(mean[c]);
        FloatVector16 meanGradient = FloatVector16.Splat(betaGradient.Length > 0 ? betaGradient[c] / count : 0f);
        float slope = betaGradient.Length > 0 ? -inverseDeviation[c] * gammaGradient[c] / count : 0f;
        for (int pixel = Grid.IdxX * Pixels; pixel < end; pixel += VectorTile.Lanes)
        {
            FloatVector16 g = VectorTile.LoadBetween(outputGradient, plane + pixel, 0, end - pixel, lanes);
            if (output.Length > 0)
                g = FloatVector16.WhereAbove(g, VectorTile.LoadBetween(output, plane + pixel, 0, end - pixel, lanes));
            FloatVector16 x = VectorTile.LoadBetween(input.Data, plane + pixel, 0, end - pixel, lanes);
            FloatVector16 gradient = scale * FloatVector16.MultiplyAdd(slope, x - center, g - meanGradient);
            VectorTile.StoreFirst(inputGradient, plane + pixel, end - pixel, gradient, lanes);
        }
    }
}

using SegFromScratch.Kernels.Reduction;

namespace SegFromScratch.Kernels.BatchNormalization;

/// <summary>
/// Statistics in two steps of fixed order, slices and then channels; normalisation one thread an element of memory.
/// Vectors a channel hold C numbers; gamma and beta may be empty for ones and zeros, a summand where nothing is added, running statistics where none are kept.
/// </summary>
public static class BatchNormalizationKernels
{
    /// <summary>Mean and squared deviations of one channel over one slice of pixels; thread slice * C + c.</summary>
    /// <param name="index">slice * C + c.</param>
    /// <param name="input">x, N,C,H,W.</param>
    /// <param name="slices">How the pixels are cut.</param>
    /// <param name="means">Written: the mean of x - x[0,c,0,0] over the slice.</param>
    /// <param name="squares">Written: the sum of squared deviations from the slice's mean.</param>
    [Kernel]
    public static void Partials(Index1D index, TensorView input, PixelSlices slices, ArrayView<float> means, ArrayView<float> squares)
    {
        int c = index % input.Layout.Channels;
        SliceDeviations.Find(index, input, slices, input[0, c, 0, 0], means, squares);
    }

    /// <summary>
    /// Statistics of each channel from those of its slices, one thread a channel:
    /// mean = sum of n_s m_s / M, squared deviations = sum of q_s + n_s (m_s - mean)^2. Moves the running statistics.
    /// </summary>
    /// <param name="index">c.</param>
    /// <param name="input">x, N,C,H,W.</param>
    /// <param name="slices">How the pixels are cut.</param>
    /// <param name="means">m_s, shifted by x[0,c,0,0].</param>
    /// <param name="squares">q_s.</param>
    /// <param name="momentum">How far the running statistics move.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="runningMean">Moved towards the mean.</param>
    /// <param name="runningVariance">Moved towards the unbiased variance.</param>
    /// <param name="mean">Written.</param>
    /// <param name="inverseDeviation">Written: 1 / sqrt(biased variance + epsilon).</param>
    [Kernel]
    public static void Statistics(
        Index1D index,
        TensorView input,
        PixelSlices slices,
        ArrayView<float> means,
        ArrayView<float> squares,
        float momentum,
        float epsilon,
        ArrayView<float> runningMean,
        ArrayView<float> runningVariance,
        ArrayView<float> mean,
        ArrayView<float> inverseDeviation)
    {
        int channels = input.Layout.Channels;
        float count = slices.Batch * slices.Pixels;
        var sum = new CompensatedSum(0f, 0f);
        for (int slice = 0; slice < slices.Count; slice++)
            sum = sum.Add((slices.End(slice) - slices.Start(slice)) * means[(slice * channels) + index]);
        float shifted = sum.Sum / count;
        var square = new CompensatedSum(0f, 0f);
        for (int slice = 0; slice < slices.Count; slice++)
        {
            float deviation = means[(slice * channels) + index] - shifted;
            square = square.Add(squares[(slice * channels) + index]);
            square = square.Add((slices.End(slice) - slices.Start(slice)) * deviation * deviation);
        }

        float batchMean = input[0, index, 0, 0] + shifted;
        mean[index] = batchMean;
        inverseDeviation[index] = 1f / MathF.Sqrt((square.Sum / count) + epsilon);
        if (runningMean.Length > 0)
        {
            runningMean[index] = ((1f - momentum) * runningMean[index]) + (momentum * batchMean);
            runningVariance[index] = ((1f - momentum) * runningVariance[index]) + (momentum * (square.Sum / (count - 1f)));
        }
    }

    /// <summary>mean = running mean and inverseDeviation = 1 / sqrt(running variance + epsilon), one thread a channel.</summary>
    [Kernel]
    public static void FrozenStatistics(
        Index1D index, ArrayView<float> runningMean, ArrayView<float> runningVariance, float epsilon, ArrayView<float> mean, ArrayView<float> inverseDeviation)
    {
        mean[index] = runningMean[index];
        inverseDeviation[index] = 1f / MathF.Sqrt(runningVariance[index] + epsilon);
    }

    /// <summary>
    /// output = gamma * (input - mean) * inverseDeviation + beta + added, where there is a summand; with <paramref name="relu"/> not 0 at least 0. One thread an element of memory.
    /// </summary>
    [Kernel]
    public static void Normalize(
        Index1D index,
        TensorView input,
        ArrayView<float> added,
        ArrayView<float> gamma,
        ArrayView<float> beta,
        ArrayView<float> mean,
        ArrayView<float> inverseDeviation,
        int relu,
        TensorView output)
    {
        int c = output.Layout.Position(index).C;
        if (c >= output.Layout.Channels)
        {
            output.Data[index] = 0f;
            return;
        }

        float y = (input.Data[index] - mean[c]) * inverseDeviation[c];
        if (gamma.Length > 0)
            y *= gamma[c];
        if (beta.Length > 0)
            y += beta[c];
        if (added.Length > 0)
            y += added[index];
        output.Data[index] = relu != 0 ? MathF.Max(y, 0f) : y;
    }
}

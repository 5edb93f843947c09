using SegFromScratch.Kernels.BatchNormalization;
using SegFromScratch.Kernels.Reduction;

namespace SegFromScratch.Kernels.GroupNormalization;

/// <summary>
/// Statistics in two steps of fixed order, slices of channels and then groups; normalisation one thread an element of memory.
/// Statistics hold one number an image and group, at n * G + g; gamma and beta hold C numbers or none, for ones and zeros.
/// </summary>
public static class GroupNormalizationKernels
{
    /// <summary>Mean and squared deviations of one channel over one slice of pixels; thread slice * C + c.</summary>
    /// <param name="index">slice * C + c.</param>
    /// <param name="groups">How the channels are cut.</param>
    /// <param name="input">x, N,C,H,W.</param>
    /// <param name="slices">How the pixels are cut.</param>
    /// <param name="means">Written: the mean of x - (the first element of the image's group) over the slice.</param>
    /// <param name="squares">Written: the sum of squared deviations from the slice's mean.</param>
    [Kernel]
    public static void Partials(Index1D index, ChannelGroups groups, TensorView input, PixelSlices slices, ArrayView<float> means, ArrayView<float> squares)
    {
        int slice = index / input.Layout.Channels;
        int c = index - (slice * input.Layout.Channels);
        SliceDeviations.Find(index, input, slices, input[slices.Image(slice), groups.First(c), 0, 0], means, squares);
    }

    /// <summary>
    /// Statistics of each image's groups from those of their slices, one thread an image and group:
    /// mean = sum of n_s m_s / M, squared deviations = sum of q_s + n_s (m_s - mean)^2.
    /// </summary>
    /// <param name="index">n * G + g.</param>
    /// <param name="groups">How the channels are cut.</param>
    /// <param name="input">x, N,C,H,W.</param>
    /// <param name="slices">How the pixels are cut.</param>
    /// <param name="means">m_s, shifted by the first element of the image's group.</param>
    /// <param name="squares">q_s.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="mean">Written.</param>
    /// <param name="inverseDeviation">Written: 1 / sqrt(biased variance + epsilon).</param>
    [Kernel]
    public static void Statistics(
        Index1D index,
        ChannelGroups groups,
        TensorView input,
        PixelSlices slices,
        ArrayView<float> means,
        ArrayView<float> squares,
        float epsilon,
        ArrayView<float> mean,
        ArrayView<float> inverseDeviation)
    {
        int n = index / groups.Count;
        int firstChannel = (index - (n * groups.Count)) * groups.Size;
        int firstSlice = n * slices.SlicesAnImage;
        float count = (float)groups.Size * slices.Pixels;
        var sum = new CompensatedSum(0f, 0f);
        for (int slice = firstSlice; slice < firstSlice + slices.SlicesAnImage; slice++)
        {
            for (int c = firstChannel; c < firstChannel + groups.Size; c++)
                sum = sum.Add((slices.End(slice) - slices.Start(slice)) * means[(slice * input.Layout.Channels) + c]);
        }

        float shifted = sum.Sum / count;
        var square = new CompensatedSum(0f, 0f);
        for (int slice = firstSlice; slice < firstSlice + slices.SlicesAnImage; slice++)
        {
            for (int c = firstChannel; c < firstChannel + groups.Size; c++)
            {
                float deviation = means[(slice * input.Layout.Channels) + c] - shifted;
                square = square.Add(squares[(slice * input.Layout.Channels) + c]);
                square = square.Add((slices.End(slice) - slices.Start(slice)) * deviation * deviation);
            }
        }

        mean[index] = input[n, firstChannel, 0, 0] + shifted;
        inverseDeviation[index] = 1f / MathF.Sqrt((square.Sum / count) + epsilon);
    }

    /// <summary>output = gamma * (input - mean) * inverseDeviation + beta, one thread an element of memory.</summary>
    [Kernel]
    public static void Normalize(
        Index1D index,
        ChannelGroups groups,
        TensorView input,
        ArrayView<float> gamma,
        ArrayView<float> beta,
        ArrayView<float> mean,
        ArrayView<float> inverseDeviation,
        TensorView output)
    {
        TensorPosition at = output.Layout.Position(index);
        if (at.C >= output.Layout.Channels)
        {
            output.Data[index] = 0f;
            return;
        }

        int group = (at.N * groups.Count) + groups.Of(at.C);
        float y = (input.Data[index] - mean[group]) * inverseDeviation[group];
        if (gamma.Length > 0)
            y *= gamma[at.C];
        if (beta.Length > 0)
            y += beta[at.C];
        output.Data[index] = y;
    }
}

using SegFromScratch.Kernels.Reduction;

namespace SegFromScratch.Kernels.BatchNormalization;

/// <summary>Mean and squared deviations of one channel over one slice of pixels: the first step of the statistics of batches and of groups.</summary>
internal static class SliceDeviations
{
    /// <summary>Walks the slice twice, for the mean and then for the deviations from it.</summary>
    /// <param name="index">slice * C + c.</param>
    /// <param name="input">x, N,C,H,W.</param>
    /// <param name="slices">How the pixels are cut.</param>
    /// <param name="shift">Subtracted first, by all slices whose means are compared: with mean 100 and deviation 1, two digits are not spent on the mean.</param>
    /// <param name="means">Written: the mean of x - shift over the slice.</param>
    /// <param name="squares">Written: the sum of squared deviations from the slice's mean.</param>
    public static void Find(int index, TensorView input, PixelSlices slices, float shift, ArrayView<float> means, ArrayView<float> squares)
    {
        int slice = index / input.Layout.Channels;
        int c = index - (slice * input.Layout.Channels);
        int n = slices.Image(slice);
        int start = slices.Start(slice);
        int end = slices.End(slice);
        var sum = new CompensatedSum(0f, 0f);
        for (int pixel = start; pixel < end; pixel++)
            sum = sum.Add(input.Data[PixelSlices.Offset(input.Layout, n, c, pixel)] - shift);
        float mean = sum.Sum / (end - start);
        var square = new CompensatedSum(0f, 0f);
        for (int pixel = start; pixel < end; pixel++)
        {
            float deviation = input.Data[PixelSlices.Offset(input.Layout, n, c, pixel)] - shift - mean;
            square = square.Add(deviation * deviation);
        }

        means[index] = mean;
        squares[index] = square.Sum;
    }
}

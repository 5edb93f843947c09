using SegFromScratch.Kernels.Reduction;

namespace SegFromScratch.Kernels.BatchNormalization;

/// <summary>
/// The gradients of batch normalisation. g is the gradient of the output, 0 where the fused ReLU gave 0; h = (x - mean) * inverseDeviation is computed again, not kept.
/// The output is read for the ReLU only and is empty without one.
/// </summary>
public static class BatchNormalizationBackwardKernels
{
    /// <summary>sums = sum of g, products = sum of g * h over one slice of one channel; thread slice * C + c.</summary>
    [Kernel]
    public static void Partials(
        Index1D index,
        TensorView input,
        ArrayView<float> output,
        TensorView outputGradient,
        ArrayView<float> mean,
        ArrayView<float> inverseDeviation,
        PixelSlices slices,
        ArrayView<float> sums,
        ArrayView<float> products)
    {
        int slice = index / input.Layout.Channels;
        int c = index - (slice * input.Layout.Channels);
        int n = slices.Image(slice);
        int end = slices.End(slice);
        var sum = new CompensatedSum(0f, 0f);
        var product = new CompensatedSum(0f, 0f);
        for (int pixel = slices.Start(slice); pixel < end; pixel++)
        {
            int at = PixelSlices.Offset(input.Layout, n, c, pixel);
            float g = Gradient(output, outputGradient.Data, at);
            sum = sum.Add(g);
            product = product.Add(g * (input.Data[at] - mean[c]) * inverseDeviation[c]);
        }

        sums[index] = sum.Sum;
        products[index] = product.Sum;
    }

    /// <summary>betaGradient = sum of sums, gammaGradient = sum of products over the slices, one thread a channel.</summary>
    [Kernel]
    public static void Totals(Index1D index, ArrayView<float> sums, ArrayView<float> products, ArrayView<float> betaGradient, ArrayView<float> gammaGradient)
    {
        SlicePairTotal total = SlicePairTotal.Of(sums, products, index, betaGradient.Length);
        betaGradient[index] = total.First;
        gammaGradient[index] = total.Second;
    }

    /// <summary>
    /// inputGradient = gamma * inverseDeviation * (g - (betaGradient + h * gammaGradient) / M), one thread an element of memory.
    /// With empty gradients of beta and gamma the statistics are constants: inputGradient = gamma * inverseDeviation * g.
    /// </summary>
    [Kernel]
    public static void Input(
        Index1D index,
        TensorView input,
        ArrayView<float> output,
        ArrayView<float> outputGradient,
        ArrayView<float> gamma,
        ArrayView<float> mean,
        ArrayView<float> inverseDeviation,
        ArrayView<float> betaGradient,
        ArrayView<float> gammaGradient,
        TensorView inputGradient)
    {
        TensorLayout layout = inputGradient.Layout;
        int c = layout.Position(index).C;
        if (c >= layout.Channels)
        {
            inputGradient.Data[index] = 0f;
            return;
        }

        float g = Gradient(output, outputGradient, index);
        if (betaGradient.Length > 0)
        {
            float count = layout.Batch * layout.Height * layout.Width;
            float h = (input.Data[index] - mean[c]) * inverseDeviation[c];
            g -= (betaGradient[c] + (h * gammaGradient[c])) / count;
        }

        inputGradient.Data[index] = (gamma.Length > 0 ? gamma[c] : 1f) * inverseDeviation[c] * g;
    }

    private static float Gradient(ArrayView<float> output, ArrayView<float> outputGradient, int at) =>
        output.Length > 0 && output[at] <= 0f ? 0f : outputGradient[at];
}

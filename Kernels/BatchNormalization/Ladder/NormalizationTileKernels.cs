namespace SegFromScratch.Kernels.BatchNormalization.Ladder;

/// <summary>
/// Rung 3 of the passes of batch normalisation that go number by number: a group lies in one plane, so that no work-item has to find out its channel by divisions, and each has four loads
/// on their way at once. Tensors have channel block 1. Launched over blocks of pixels, channels, and images.
/// </summary>
public static class NormalizationTileKernels
{
    /// <summary>Work-items a group.</summary>
    public const int Items = 128;

    /// <summary>Pixels a work-item.</summary>
    public const int Pixels = 4;

    /// <summary>output = gamma * (input - mean) * inverseDeviation + beta + added, where there is a summand; with <paramref name="relu"/> not 0 at least 0.</summary>
    [Kernel(GroupSize = Items)]
    public static void Normalize(
        TensorView input, ArrayView<float> added, ArrayView<float> gamma, ArrayView<float> beta, ArrayView<float> mean, ArrayView<float> inverseDeviation, int relu, TensorView output)
    {
        int c = Grid.IdxY;
        int pixels = input.Layout.Height * input.Layout.Width;
        int plane = ((Grid.IdxZ * input.Layout.Channels) + c) * pixels;
        float center = mean[c];
        float factor = gamma.Length > 0 ? inverseDeviation[c] * gamma[c] : inverseDeviation[c];
        float offset = beta.Length > 0 ? beta[c] : 0f;
        for (int i = 0; i < Pixels; i++)
        {
            int pixel = (((Grid.IdxX * Pixels) + i) * Items) + Group.IdxX;
            if (pixel < pixels)
            {
                float y = ((input.Data[plane + pixel] - center) * factor) + offset;
                if (added.Length > 0)
                    y += added[plane + pixel];
                output.Data[plane + pixel] = relu != 0 ? MathF.Max(y, 0f) : y;
            }
        }
    }

    /// <summary>inputGradient as in <see cref="BatchNormalizationBackwardKernels.Input"/>; the output is read for the ReLU only and is empty without one.</summary>
    [Kernel(GroupSize = Items)]
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
        int c = Grid.IdxY;
        int pixels = input.Layout.Height * input.Layout.Width;
        int plane = ((Grid.IdxZ * input.Layout.Channels) + c) * pixels;
        float count = input.Layout.Batch * pixels;
        float scale = gamma.Length > 0 ? gamma[c] * inverseDeviation[c] : inverseDeviation[c];
        float center = mean[c];
        float meanGradient = betaGradient.Length > 0 ? betaGradient[c] / count : 0f;
        float slope = betaGradient.Length > 0 ? inverseDeviation[c] * gammaGradient[c] / count : 0f;
        for (int i = 0; i < Pixels; i++)
        {
            int pixel = (((Grid.IdxX * Pixels) + i) * Items) + Group.IdxX;
            if (pixel < pixels)
            {
                int at = plane + pixel;
                float g = output.Length > 0 && output[at] <= 0f ? 0f : outputGradient[at];
                inputGradient[at] = scale * (g - meanGradient - ((input.Data[at] - center) * slope));
            }
        }
    }
}

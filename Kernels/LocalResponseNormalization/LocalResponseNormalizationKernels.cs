namespace SegFromScratch.Kernels.LocalResponseNormalization;

/// <summary>The first rung: one thread an element of memory.</summary>
public static class LocalResponseNormalizationKernels
{
    /// <summary>denominators = k + alpha / size * sum of squares over the window of channels; output = input * denominators^-beta. Padded channels get 0 in both.</summary>
    [Kernel]
    public static void Forward(Index1D index, LocalResponseNormalizationOptions options, TensorView input, ArrayView<float> denominators, TensorView output)
    {
        TensorLayout layout = output.Layout;
        TensorPosition at = layout.Position(index);
        if (at.C >= layout.Channels)
        {
            denominators[index] = 0f;
            output.Data[index] = 0f;
            return;
        }

        int end = Math.Min(layout.Channels, at.C + options.After + 1);
        float sum = 0f;
        for (int c = Math.Max(0, at.C - options.Before); c < end; c++)
        {
            float value = input[at.N, c, at.Y, at.X];
            sum += value * value;
        }

        float denominator = options.K + (options.Alpha / options.Size * sum);
        denominators[index] = denominator;
        output.Data[index] = input.Data[index] * MathF.Pow(denominator, -options.Beta);
    }

    /// <summary>
    /// inputGradient_i = g_i d_i^-beta - 2 alpha beta / size * x_i * sum of g_c x_c d_c^(-beta - 1) over the channels whose window has i: those from i - After to i + Before.
    /// </summary>
    [Kernel]
    public static void Backward(
        Index1D index, LocalResponseNormalizationOptions options, TensorView input, ArrayView<float> denominators, TensorView outputGradient, TensorView inputGradient)
    {
        TensorLayout layout = inputGradient.Layout;
        TensorPosition at = layout.Position(index);
        if (at.C >= layout.Channels)
        {
            inputGradient.Data[index] = 0f;
            return;
        }

        int end = Math.Min(layout.Channels, at.C + options.Before + 1);
        float sum = 0f;
        for (int c = Math.Max(0, at.C - options.After); c < end; c++)
        {
            float denominator = denominators[layout.Offset(at.N, c, at.Y, at.X)];
            sum += outputGradient[at.N, c, at.Y, at.X] * input[at.N, c, at.Y, at.X] * MathF.Pow(denominator, -options.Beta - 1f);
        }

        float own = outputGradient.Data[index] * MathF.Pow(denominators[index], -options.Beta);
        inputGradient.Data[index] = own - (2f * options.Alpha * options.Beta / options.Size * input.Data[index] * sum);
    }
}

using SegFromScratch.Kernels.Reduction;

namespace SegFromScratch.Kernels.Softmax;

/// <summary>
/// One thread a pixel of the batch, N x H x W in all, row by row. It visits the channels three times, writes all of them, and zeros into the padding.
/// </summary>
public static class SoftmaxKernels
{
    /// <summary>output[n,c] = exp(input[n,c] - max) / sum; with <paramref name="logarithm"/> not 0 its natural logarithm.</summary>
    [Kernel]
    public static void Forward(Index1D index, TensorView input, TensorView output, int logarithm)
    {
        int pixels = input.Layout.Height * input.Layout.Width;
        int n = index / pixels;
        int pixel = index - (n * pixels);
        float largest = Largest(input, n, pixel);
        float sum = SumOfExponentials(input, n, pixel, largest);
        float logSum = MathF.Log(sum);
        for (int c = 0; c < input.Layout.Channels; c++)
        {
            float shifted = input.Data[PixelSlices.Offset(input.Layout, n, c, pixel)] - largest;
            float value = logarithm != 0 ? shifted - logSum : MathF.Exp(shifted) / sum;
            output.Data[PixelSlices.Offset(output.Layout, n, c, pixel)] = value;
        }

        ClearPadding(output, n, pixel);
    }

    /// <summary>
    /// inputGradient[k] = output[k] * (g[k] - sum of g * output) for softmax, g[k] - exp(output[k]) * sum of g for its logarithm; g is the output's gradient.
    /// </summary>
    [Kernel]
    public static void Backward(Index1D index, TensorView output, TensorView outputGradient, TensorView inputGradient, int logarithm)
    {
        int pixels = output.Layout.Height * output.Layout.Width;
        int n = index / pixels;
        int pixel = index - (n * pixels);
        float sum = 0f;
        for (int c = 0; c < output.Layout.Channels; c++)
        {
            int at = PixelSlices.Offset(output.Layout, n, c, pixel);
            sum += logarithm != 0 ? outputGradient.Data[at] : outputGradient.Data[at] * output.Data[at];
        }

        for (int c = 0; c < output.Layout.Channels; c++)
        {
            int at = PixelSlices.Offset(output.Layout, n, c, pixel);
            float g = outputGradient.Data[at];
            float y = output.Data[at];
            inputGradient.Data[at] = logarithm != 0 ? g - (MathF.Exp(y) * sum) : y * (g - sum);
        }

        ClearPadding(inputGradient, n, pixel);
    }

    /// <summary>The largest channel of a pixel: subtracted first, so that no exponential overflows.</summary>
    public static float Largest(TensorView input, int n, int pixel)
    {
        float largest = input.Data[PixelSlices.Offset(input.Layout, n, 0, pixel)];
        for (int c = 1; c < input.Layout.Channels; c++)
            largest = MathF.Max(largest, input.Data[PixelSlices.Offset(input.Layout, n, c, pixel)]);
        return largest;
    }

    /// <summary>Sum over the channels of a pixel of exp(x_c - largest): from 1 to C.</summary>
    public static float SumOfExponentials(TensorView input, int n, int pixel, float largest)
    {
        float sum = 0f;
        for (int c = 0; c < input.Layout.Channels; c++)
            sum += MathF.Exp(input.Data[PixelSlices.Offset(input.Layout, n, c, pixel)] - largest);
        return sum;
    }

    private static void ClearPadding(TensorView output, int n, int pixel)
    {
        for (int c = output.Layout.Channels; c < output.Layout.ChannelBlocks * output.Layout.ChannelBlock; c++)
            output.Data[PixelSlices.Offset(output.Layout, n, c, pixel)] = 0f;
    }
}

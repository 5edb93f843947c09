using SegFromScratch.Kernels.Reduction;

namespace SegFromScratch.Kernels.LogOdds;

/// <summary>
/// One thread a pixel of the batch, N x H x W in all, row by row. The largest channel a is treated apart, so that no difference loses its digits; see the derivation in README.md.
/// </summary>
public static class LogOddsKernels
{
    /// <summary>output[n,c] = input[n,c] - log(sum over k other than c of exp(input[n,k])); zeros into the padding.</summary>
    [Kernel]
    public static void Forward(Index1D index, TensorView input, TensorView output)
    {
        int pixels = input.Layout.Height * input.Layout.Width;
        int n = index / pixels;
        int pixel = index - (n * pixels);
        int a = Largest(input, n, pixel, -1);
        int b = Largest(input, n, pixel, a);
        float first = Value(input, n, a, pixel);
        float second = Value(input, n, b, pixel);
        float all = SumOfExponentials(input, n, pixel, -1, first);
        float rest = SumOfExponentials(input, n, pixel, a, second);
        for (int c = 0; c < input.Layout.Channels; c++)
        {
            float shifted = Value(input, n, c, pixel) - first;
            float odds = c == a ? first - second - MathF.Log(rest) : shifted - MathF.Log(all - MathF.Exp(shifted));
            output.Data[PixelSlices.Offset(output.Layout, n, c, pixel)] = odds;
        }

        ClearPadding(output, n, pixel);
    }

    /// <summary>inputGradient[k] = g[k] - sum over c other than k of g[c] exp(input[k]) / (sum over j other than c of exp(input[j])); g is the output's gradient.</summary>
    [Kernel]
    public static void Backward(Index1D index, TensorView input, TensorView outputGradient, TensorView inputGradient)
    {
        int pixels = input.Layout.Height * input.Layout.Width;
        int n = index / pixels;
        int pixel = index - (n * pixels);
        int a = Largest(input, n, pixel, -1);
        int b = Largest(input, n, pixel, a);
        float first = Value(input, n, a, pixel);
        float second = Value(input, n, b, pixel);
        float all = SumOfExponentials(input, n, pixel, -1, first);
        float rest = SumOfExponentials(input, n, pixel, a, second);
        float quotients = 0f;
        for (int c = 0; c < input.Layout.Channels; c++)
        {
            if (c != a)
                quotients += Value(outputGradient, n, c, pixel) / (all - MathF.Exp(Value(input, n, c, pixel) - first));
        }

        float g = Value(outputGradient, n, a, pixel);
        for (int k = 0; k < input.Layout.Channels; k++)
        {
            float own = Value(outputGradient, n, k, pixel);
            float x = Value(input, n, k, pixel);
            float e = MathF.Exp(x - first);
            float others = e * (quotients - (own / (all - e)));
            float gradient = k == a ? own - quotients : own - others - (g * MathF.Exp(x - second) / rest);
            inputGradient.Data[PixelSlices.Offset(inputGradient.Layout, n, k, pixel)] = gradient;
        }

        ClearPadding(inputGradient, n, pixel);
    }

    // The first of the largest channels of a pixel, one of them left out; -1 leaves none out.
    private static int Largest(TensorView input, int n, int pixel, int without)
    {
        int largest = without == 0 ? 1 : 0;
        for (int c = largest + 1; c < input.Layout.Channels; c++)
        {
            if (c != without && Value(input, n, c, pixel) > Value(input, n, largest, pixel))
                largest = c;
        }

        return largest;
    }

    private static float SumOfExponentials(TensorView input, int n, int pixel, int without, float shift)
    {
        float sum = 0f;
        for (int c = 0; c < input.Layout.Channels; c++)
        {
            if (c != without)
                sum += MathF.Exp(Value(input, n, c, pixel) - shift);
        }

        return sum;
    }

    private static float Value(TensorView tensor, int n, int c, int pixel) => tensor.Data[PixelSlices.Offset(tensor.Layout, n, c, pixel)];

    private static void ClearPadding(TensorView output, int n, int pixel)
    {
        for (int c = output.Layout.Channels; c < output.Layout.ChannelBlocks * output.Layout.ChannelBlock; c++)
            output.Data[PixelSlices.Offset(output.Layout, n, c, pixel)] = 0f;
    }
}

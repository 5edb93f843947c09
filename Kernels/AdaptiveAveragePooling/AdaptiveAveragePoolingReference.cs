using System.Numerics;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Kernels.AdaptiveAveragePooling;

/// <summary>The definition of adaptive average pooling. PyTorch: <c>adaptive_avg_pool2d</c>.</summary>
public static class AdaptiveAveragePoolingReference
{
    /// <summary>y[n,c,p,q] = mean of x over rows floor(p H / P) to ceil((p + 1) H / P) and columns alike, ends exclusive.</summary>
    public static HostTensor<T> Forward<T>(HostTensor<T> input, int outputHeight, int outputWidth)
        where T : INumber<T>
    {
        ArgumentNullException.ThrowIfNull(input);
        var output = new HostTensor<T>(input.Shape with { Height = outputHeight, Width = outputWidth });
        foreach ((int n, int c, int p, int q, int y, int x, int pixels) in Taps(input.Shape, output.Shape))
            output[n, c, p, q] += input[n, c, y, x] / T.CreateChecked(pixels);
        return output;
    }

    /// <summary>dL/dx[n,c,h,w] = sum over the windows that cover h, w of dL/dy / the window's pixels.</summary>
    public static HostTensor<T> Backward<T>(TensorShape input, HostTensor<T> outputGradient)
        where T : INumber<T>
    {
        ArgumentNullException.ThrowIfNull(outputGradient);
        var inputGradient = new HostTensor<T>(input);
        foreach ((int n, int c, int p, int q, int y, int x, int pixels) in Taps(input, outputGradient.Shape))
            inputGradient[n, c, y, x] += outputGradient[n, c, p, q] / T.CreateChecked(pixels);
        return inputGradient;
    }

    // Every pair of a window and a pixel in it, with the window's pixels.
    private static IEnumerable<(int N, int C, int P, int Q, int Y, int X, int Pixels)> Taps(TensorShape input, TensorShape output)
    {
        for (int n = 0; n < input.Batch; n++)
        for (int c = 0; c < input.Channels; c++)
        for (int p = 0; p < output.Height; p++)
        for (int q = 0; q < output.Width; q++)
        {
            (int top, int bottom) = Window(p, input.Height, output.Height);
            (int left, int right) = Window(q, input.Width, output.Width);
            for (int y = top; y < bottom; y++)
            for (int x = left; x < right; x++)
                yield return (n, c, p, q, y, x, (bottom - top) * (right - left));
        }
    }

    private static (int Start, int End) Window(int index, int pixels, int windows) =>
        ((int)Math.Floor((double)index * pixels / windows), (int)Math.Ceiling((index + 1.0) * pixels / windows));
}

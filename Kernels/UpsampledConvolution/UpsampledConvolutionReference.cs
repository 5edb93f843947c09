using System.Numerics;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;
using SegFromScratch.Kernels.Convolution;

namespace SegFromScratch.Kernels.UpsampledConvolution;

/// <summary>The definition: every pixel repeated, then a convolution. It knows nothing of folded weights.</summary>
public static class UpsampledConvolutionReference
{
    /// <summary>up(x)[n,c,y,x] = x[n,c,floor(y / factor),floor(x / factor)].</summary>
    public static HostTensor<T> Upsample<T>(HostTensor<T> input, int factor)
        where T : INumber<T>
    {
        ArgumentNullException.ThrowIfNull(input);
        TensorShape shape = input.Shape with { Height = input.Shape.Height * factor, Width = input.Shape.Width * factor };
        var output = new HostTensor<T>(shape);
        ForEach(shape, (n, c, y, x) => output[n, c, y, x] = input[n, c, y / factor, x / factor]);
        return output;
    }

    /// <summary>dL/dx: each pixel sums the gradients of its copies.</summary>
    public static HostTensor<T> UpsampleBackward<T>(HostTensor<T> outputGradient, int factor)
        where T : INumber<T>
    {
        ArgumentNullException.ThrowIfNull(outputGradient);
        TensorShape shape = outputGradient.Shape;
        var inputGradient = new HostTensor<T>(shape with { Height = shape.Height / factor, Width = shape.Width / factor });
        ForEach(shape, (n, c, y, x) => inputGradient[n, c, y / factor, x / factor] += outputGradient[n, c, y, x]);
        return inputGradient;
    }

    private static void ForEach(TensorShape shape, Action<int, int, int, int> action)
    {
        for (int n = 0; n < shape.Batch; n++)
        for (int c = 0; c < shape.Channels; c++)
        for (int y = 0; y < shape.Height; y++)
        for (int x = 0; x < shape.Width; x++)
            action(n, c, y, x);
    }
}

using System.Numerics;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Kernels.MaxPooling;

/// <summary>The definition of max pooling. PyTorch: <c>max_pool2d</c>.</summary>
public static class MaxPoolingReference
{
    /// <summary>
    /// y[n,c,p,q] = max of x over the window, and where it lies: h * W + w. Of equal maxima the first in row order counts; a NaN counts as greater than every number.
    /// </summary>
    public static (HostTensor<T> Output, int[] Indices) Forward<T>(MaxPoolingShape shape, HostTensor<T> input)
        where T : INumber<T>
    {
        ArgumentNullException.ThrowIfNull(input);
        var output = new HostTensor<T>(new TensorShape(input.Shape.Batch, input.Shape.Channels, shape.OutputHeight, shape.OutputWidth));
        var indices = new int[output.Values.Length];
        Array.Fill(indices, -1);
        for (int plane = 0, at = 0; plane < input.Shape.Batch * input.Shape.Channels; plane++)
        for (int p = 0; p < shape.OutputHeight; p++)
        for (int q = 0; q < shape.OutputWidth; q++, at++)
        for (int r = 0; r < shape.KernelHeight; r++)
        for (int s = 0; s < shape.KernelWidth; s++)
        {
            int y = (p * shape.StrideY) - shape.PaddingTop + (r * shape.DilationY);
            int x = (q * shape.StrideX) - shape.PaddingLeft + (s * shape.DilationX);
            if (!input.Contains(y, x))
                continue;
            T value = input.Values[(plane * shape.InputHeight * shape.InputWidth) + (y * shape.InputWidth) + x];
            if (indices[at] < 0 || value > output.Values[at] || T.IsNaN(value))
                (output.Values[at], indices[at]) = (value, (y * shape.InputWidth) + x);
        }

        return (output, indices);
    }

    /// <summary>dL/dx[n,c,h,w] = sum of dL/dy over the windows whose maximum lies there.</summary>
    public static HostTensor<T> Backward<T>(MaxPoolingShape shape, TensorShape input, int[] indices, HostTensor<T> outputGradient)
        where T : INumber<T>
    {
        ArgumentNullException.ThrowIfNull(indices);
        ArgumentNullException.ThrowIfNull(outputGradient);
        var inputGradient = new HostTensor<T>(input);
        for (int at = 0; at < indices.Length; at++)
        {
            int plane = at / (shape.OutputHeight * shape.OutputWidth);
            inputGradient.Values[(plane * input.Height * input.Width) + indices[at]] += outputGradient.Values[at];
        }

        return inputGradient;
    }
}

using System.Numerics;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Kernels.AveragePooling;

/// <summary>The definition of average pooling. PyTorch: <c>avg_pool2d</c>.</summary>
public static class AveragePoolingReference
{
    /// <summary>y[n,c,p,q] = sum of x over the window's pixels in the image / the pixels of the window that are counted.</summary>
    public static HostTensor<T> Forward<T>(AveragePoolingShape shape, HostTensor<T> input)
        where T : INumber<T>
    {
        ArgumentNullException.ThrowIfNull(input);
        var output = new HostTensor<T>(input.Shape with { Height = shape.Rows.Output, Width = shape.Columns.Output });
        foreach ((int n, int c, int p, int q, int y, int x) in Taps(shape, input.Shape))
            output[n, c, p, q] += input[n, c, y, x] / Divisor<T>(shape, p, q);
        return output;
    }

    /// <summary>dL/dx[n,c,h,w] = sum over the windows that cover h, w of dL/dy / the pixels of the window that are counted.</summary>
    public static HostTensor<T> Backward<T>(AveragePoolingShape shape, TensorShape input, HostTensor<T> outputGradient)
        where T : INumber<T>
    {
        ArgumentNullException.ThrowIfNull(outputGradient);
        var inputGradient = new HostTensor<T>(input);
        foreach ((int n, int c, int p, int q, int y, int x) in Taps(shape, input))
            inputGradient[n, c, y, x] += outputGradient[n, c, p, q] / Divisor<T>(shape, p, q);
        return inputGradient;
    }

    // Every pair of a window and a pixel of the image in it.
    private static IEnumerable<(int N, int C, int P, int Q, int Y, int X)> Taps(AveragePoolingShape shape, TensorShape input)
    {
        for (int n = 0; n < input.Batch; n++)
        for (int c = 0; c < input.Channels; c++)
        for (int p = 0; p < shape.Rows.Output; p++)
        for (int q = 0; q < shape.Columns.Output; q++)
        for (int r = 0; r < shape.Rows.Kernel; r++)
        for (int s = 0; s < shape.Columns.Kernel; s++)
        {
            int y = (p * shape.Rows.Stride) - shape.Rows.Before + r;
            int x = (q * shape.Columns.Stride) - shape.Columns.Before + s;
            if (y >= 0 && y < input.Height && x >= 0 && x < input.Width)
                yield return (n, c, p, q, y, x);
        }
    }

    private static T Divisor<T>(AveragePoolingShape shape, int p, int q)
        where T : INumber<T> =>
        T.CreateChecked(Counted(shape.Rows, p) * Counted(shape.Columns, q));

    private static int Counted(AveragePoolingAxis axis, int window)
    {
        int counted = 0;
        for (int tap = 0; tap < axis.Kernel; tap++)
        {
            int pixel = (window * axis.Stride) - axis.Before + tap;
            if (pixel >= -axis.CountedBefore && pixel < axis.Input + axis.CountedAfter)
                counted++;
        }

        return counted;
    }
}

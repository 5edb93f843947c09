using System.Numerics;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Kernels.Padding;

/// <summary>The definition of padding. PyTorch: <c>pad</c>.</summary>
public static class PaddingReference
{
    /// <summary>y[n,c,p,q] = x[n,c,y,x] where p and q lead into the image as the mode says, else the value.</summary>
    public static HostTensor<T> Forward<T>(HostTensor<T> input, PaddingSizes sizes, PaddingMode mode, T value)
        where T : INumber<T>
    {
        ArgumentNullException.ThrowIfNull(input);
        TensorShape shape = input.Shape;
        var output = new HostTensor<T>(shape with { Height = sizes.Top + shape.Height + sizes.Bottom, Width = sizes.Left + shape.Width + sizes.Right });
        for (int n = 0; n < shape.Batch; n++)
        for (int c = 0; c < shape.Channels; c++)
        for (int p = 0; p < output.Shape.Height; p++)
        for (int q = 0; q < output.Shape.Width; q++)
        {
            int y = Source(p - sizes.Top, shape.Height, mode);
            int x = Source(q - sizes.Left, shape.Width, mode);
            output[n, c, p, q] = input.Contains(y, x) ? input[n, c, y, x] : value;
        }

        return output;
    }

    /// <summary>dL/dx: each output gives its gradient to the pixel that it read.</summary>
    public static HostTensor<T> Backward<T>(TensorShape input, HostTensor<T> outputGradient, PaddingSizes sizes, PaddingMode mode)
        where T : INumber<T>
    {
        ArgumentNullException.ThrowIfNull(outputGradient);
        var inputGradient = new HostTensor<T>(input);
        for (int n = 0; n < input.Batch; n++)
        for (int c = 0; c < input.Channels; c++)
        for (int p = 0; p < outputGradient.Shape.Height; p++)
        for (int q = 0; q < outputGradient.Shape.Width; q++)
        {
            int y = Source(p - sizes.Top, input.Height, mode);
            int x = Source(q - sizes.Left, input.Width, mode);
            if (inputGradient.Contains(y, x))
                inputGradient[n, c, y, x] += outputGradient[n, c, p, q];
        }

        return inputGradient;
    }

    // A mirror at pixel 0 maps -1 to 1; a mirror at pixel n - 1 maps n to n - 2.
    private static int Source(int pixel, int n, PaddingMode mode) => mode switch
    {
        PaddingMode.Replicate => Math.Clamp(pixel, 0, n - 1),
        PaddingMode.Reflect => n - 1 - Math.Abs(n - 1 - Math.Abs(pixel)),
        _ => pixel,
    };
}

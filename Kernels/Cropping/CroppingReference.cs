using System.Numerics;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Kernels.Cropping;

/// <summary>The definition of cropping. PyTorch: <c>x[:, :, top:top+height, left:left+width]</c>.</summary>
public static class CroppingReference
{
    /// <summary>y[n,c,p,q] = x[n,c,top + p,left + q].</summary>
    public static HostTensor<T> Forward<T>(HostTensor<T> input, CropWindow window)
        where T : INumber<T>
    {
        ArgumentNullException.ThrowIfNull(input);
        var output = new HostTensor<T>(input.Shape with { Height = window.Height, Width = window.Width });
        for (int n = 0; n < input.Shape.Batch; n++)
        for (int c = 0; c < input.Shape.Channels; c++)
        for (int p = 0; p < window.Height; p++)
        for (int q = 0; q < window.Width; q++)
            output[n, c, p, q] = input[n, c, window.Top + p, window.Left + q];
        return output;
    }

    /// <summary>dL/dx = dL/dy inside the window, 0 outside.</summary>
    public static HostTensor<T> Backward<T>(TensorShape input, HostTensor<T> outputGradient, CropWindow window)
        where T : INumber<T>
    {
        ArgumentNullException.ThrowIfNull(outputGradient);
        var inputGradient = new HostTensor<T>(input);
        for (int n = 0; n < input.Batch; n++)
        for (int c = 0; c < input.Channels; c++)
        for (int p = 0; p < window.Height; p++)
        for (int q = 0; q < window.Width; q++)
            inputGradient[n, c, window.Top + p, window.Left + q] = outputGradient[n, c, p, q];
        return inputGradient;
    }
}

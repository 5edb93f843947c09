using System.Numerics;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Kernels.Convolution;

/// <summary>
/// The definition of a 2-D convolution (a cross-correlation, as all deep learning frameworks have it), forward and backward. PyTorch: <c>conv2d</c>.
/// Each pass walks the same seven loops and reads y = sum of weight times x once for each of its three factors.
/// </summary>
public static class ConvolutionReference
{
    private delegate void Term(int n, int k, int c, int r, int s, int p, int q, int y, int x);

    /// <summary>y[n,k,p,q] = bias[k] + sum over c,r,s of weight[k,c,r,s] * x[n, g*C/G + c, p*stride - padding + r*dilation, ...], where g is the group of k.</summary>
    public static HostTensor<T> Forward<T>(ConvolutionShape shape, HostTensor<T> input, HostTensor<T> weight, HostTensor<T>? bias)
        where T : INumber<T>
    {
        var output = new HostTensor<T>(shape.Output);
        ForEachTerm(shape, (n, k, c, r, s, p, q, y, x) =>
            output[n, k, p, q] += weight[k, c % shape.InputChannelsPerGroup, r, s] * input[n, c, y, x]);
        return bias is null ? output : AddBias(output, bias);
    }

    /// <summary>dL/dx[n,c,y,x]: each term of the forward sum gives weight * dL/dy to the x that it read.</summary>
    public static HostTensor<T> BackwardInput<T>(ConvolutionShape shape, HostTensor<T> weight, HostTensor<T> outputGradient)
        where T : INumber<T>
    {
        var inputGradient = new HostTensor<T>(shape.Input);
        ForEachTerm(shape, (n, k, c, r, s, p, q, y, x) =>
            inputGradient[n, c, y, x] += weight[k, c % shape.InputChannelsPerGroup, r, s] * outputGradient[n, k, p, q]);
        return inputGradient;
    }

    /// <summary>dL/dweight[k,c,r,s]: each term of the forward sum gives x * dL/dy to the weight that it used.</summary>
    public static HostTensor<T> BackwardWeight<T>(ConvolutionShape shape, HostTensor<T> input, HostTensor<T> outputGradient)
        where T : INumber<T>
    {
        var weightGradient = new HostTensor<T>(shape.Weight);
        ForEachTerm(shape, (n, k, c, r, s, p, q, y, x) =>
            weightGradient[k, c % shape.InputChannelsPerGroup, r, s] += input[n, c, y, x] * outputGradient[n, k, p, q]);
        return weightGradient;
    }

    /// <summary>dL/dbias[k] = sum of dL/dy over the images and pixels of channel k.</summary>
    public static HostTensor<T> BackwardBias<T>(HostTensor<T> outputGradient)
        where T : INumber<T>
    {
        ArgumentNullException.ThrowIfNull(outputGradient);
        TensorShape shape = outputGradient.Shape;
        var biasGradient = new HostTensor<T>(TensorShape.Vector(shape.Channels));
        for (int i = 0; i < outputGradient.Values.Length; i++)
            biasGradient.Values[i / (shape.Height * shape.Width) % shape.Channels] += outputGradient.Values[i];
        return biasGradient;
    }

    /// <summary>output[n,k,p,q] += bias[k], in place.</summary>
    internal static HostTensor<T> AddBias<T>(HostTensor<T> output, HostTensor<T> bias)
        where T : INumber<T>
    {
        TensorShape shape = output.Shape;
        for (int i = 0; i < output.Values.Length; i++)
            output.Values[i] += bias.Values[i / (shape.Height * shape.Width) % shape.Channels];
        return output;
    }

    // Every product weight[k,c,r,s] * x[n,c,y,x] of the forward pass, with the output n,k,p,q that it belongs to. Taps in the padding have none: x is 0 there.
    private static void ForEachTerm(ConvolutionShape shape, Term term)
    {
        for (int n = 0; n < shape.Batch; n++)
        for (int k = 0; k < shape.OutputChannels; k++)
        for (int p = 0; p < shape.OutputHeight; p++)
        for (int q = 0; q < shape.OutputWidth; q++)
        for (int c = 0; c < shape.InputChannelsPerGroup; c++)
        for (int r = 0; r < shape.KernelHeight; r++)
        for (int s = 0; s < shape.KernelWidth; s++)
        {
            int y = (p * shape.StrideY) - shape.PaddingTop + (r * shape.DilationY);
            int x = (q * shape.StrideX) - shape.PaddingLeft + (s * shape.DilationX);
            int group = k / shape.OutputChannelsPerGroup;
            if ((uint)y < (uint)shape.InputHeight && (uint)x < (uint)shape.InputWidth)
                term(n, k, (group * shape.InputChannelsPerGroup) + c, r, s, p, q, y, x);
        }
    }
}

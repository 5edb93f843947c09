using System.Numerics;
using SegFromScratch.Kernels.Checking;
using SegFromScratch.Kernels.Convolution;

namespace SegFromScratch.Kernels.TransposedConvolution;

/// <summary>
/// The definition of the transposed convolution, written as it is meant: every input pixel stamps the kernel, scaled by its value, into the output. PyTorch: <c>conv_transpose2d</c>.
/// It does not use the convolution's reference, so that the two can be checked against each other.
/// </summary>
public static class TransposedConvolutionReference
{
    private delegate void Term(int n, int c, int k, int r, int s, int y, int x, int p, int q);

    /// <summary>y[n, k, y*stride - crop + r*dilation, ...] += weight[c,k,r,s] * x[n,c,y,x] for all c of the group of k, and all r, s, y, x; plus bias[k].</summary>
    /// <param name="shape">As <see cref="TransposedConvolutionShape.Create"/> gives it.</param>
    /// <param name="input">N,C,H,W.</param>
    /// <param name="weight">C,K/groups,kh,kw.</param>
    /// <param name="bias">1,K,1,1 or null.</param>
    public static HostTensor<T> Forward<T>(ConvolutionShape shape, HostTensor<T> input, HostTensor<T> weight, HostTensor<T>? bias)
        where T : INumber<T>
    {
        var output = new HostTensor<T>(shape.Input);
        ForEachTerm(shape, (n, c, k, r, s, y, x, p, q) =>
            output[n, k, p, q] += weight[c, k % shape.InputChannelsPerGroup, r, s] * input[n, c, y, x]);
        return bias is null ? output : ConvolutionReference.AddBias(output, bias);
    }

    /// <summary>dL/dx: each pixel reads, under its stamp, weight * dL/dy.</summary>
    public static HostTensor<T> BackwardInput<T>(ConvolutionShape shape, HostTensor<T> weight, HostTensor<T> outputGradient)
        where T : INumber<T>
    {
        var inputGradient = new HostTensor<T>(shape.Output);
        ForEachTerm(shape, (n, c, k, r, s, y, x, p, q) =>
            inputGradient[n, c, y, x] += weight[c, k % shape.InputChannelsPerGroup, r, s] * outputGradient[n, k, p, q]);
        return inputGradient;
    }

    /// <summary>dL/dweight: each weight sums x * dL/dy over the places where it was stamped.</summary>
    public static HostTensor<T> BackwardWeight<T>(ConvolutionShape shape, HostTensor<T> input, HostTensor<T> outputGradient)
        where T : INumber<T>
    {
        var weightGradient = new HostTensor<T>(shape.Weight);
        ForEachTerm(shape, (n, c, k, r, s, y, x, p, q) =>
            weightGradient[c, k % shape.InputChannelsPerGroup, r, s] += input[n, c, y, x] * outputGradient[n, k, p, q]);
        return weightGradient;
    }

    // Every stamped product: input n,c,y,x through tap r,s into output n,k,p,q, where that lies in the output.
    private static void ForEachTerm(ConvolutionShape shape, Term term)
    {
        for (int n = 0; n < shape.Batch; n++)
        for (int c = 0; c < shape.OutputChannels; c++)
        for (int y = 0; y < shape.OutputHeight; y++)
        for (int x = 0; x < shape.OutputWidth; x++)
        for (int k = 0; k < shape.InputChannelsPerGroup; k++)
        for (int r = 0; r < shape.KernelHeight; r++)
        for (int s = 0; s < shape.KernelWidth; s++)
        {
            int p = (y * shape.StrideY) - shape.PaddingTop + (r * shape.DilationY);
            int q = (x * shape.StrideX) - shape.PaddingLeft + (s * shape.DilationX);
            int group = c / shape.OutputChannelsPerGroup;
            if ((uint)p < (uint)shape.InputHeight && (uint)q < (uint)shape.InputWidth)
                term(n, c, (group * shape.InputChannelsPerGroup) + k, r, s, y, x, p, q);
        }
    }
}

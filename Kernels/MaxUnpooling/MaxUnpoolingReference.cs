using System.Numerics;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Kernels.MaxUnpooling;

/// <summary>The definition of max unpooling. PyTorch: <c>max_unpool2d</c>.</summary>
public static class MaxUnpoolingReference
{
    /// <summary>y[n,c,h,w] = sum of x over the elements whose index names h, w; 0 where none does.</summary>
    /// <param name="input">x, N,C,P,Q.</param>
    /// <param name="indices">h * W + w for each element of x, in its order.</param>
    /// <param name="outputHeight">H.</param>
    /// <param name="outputWidth">W.</param>
    public static HostTensor<T> Forward<T>(HostTensor<T> input, int[] indices, int outputHeight, int outputWidth)
        where T : INumber<T>
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(indices);
        var output = new HostTensor<T>(input.Shape with { Height = outputHeight, Width = outputWidth });
        for (int i = 0; i < indices.Length; i++)
            output.Values[Place(input.Shape, output.Shape, indices, i)] += input.Values[i];
        return output;
    }

    /// <summary>dL/dx = dL/dy at the place that the element's index names.</summary>
    public static HostTensor<T> Backward<T>(TensorShape input, int[] indices, HostTensor<T> outputGradient)
        where T : INumber<T>
    {
        ArgumentNullException.ThrowIfNull(indices);
        ArgumentNullException.ThrowIfNull(outputGradient);
        var inputGradient = new HostTensor<T>(input);
        for (int i = 0; i < indices.Length; i++)
            inputGradient.Values[i] = outputGradient.Values[Place(input, outputGradient.Shape, indices, i)];
        return inputGradient;
    }

    private static int Place(TensorShape input, TensorShape output, int[] indices, int element) =>
        (element / (input.Height * input.Width) * output.Height * output.Width) + indices[element];
}

using System.Numerics;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Kernels.Reduction;

/// <summary>The definition of the sum and the mean of all elements. PyTorch: <c>sum</c>, <c>mean</c>.</summary>
public static class ReductionReference
{
    /// <summary>y = factor * sum of x over n, c, y, x; factor is 1 for the sum and 1/(N C H W) for the mean.</summary>
    public static HostTensor<T> Forward<T>(HostTensor<T> x, T factor)
        where T : INumber<T>
    {
        T sum = T.Zero;
        foreach (T value in x.Values)
            sum += value;
        return new HostTensor<T>(TensorShape.Scalar, [factor * sum]);
    }

    /// <summary>dL/dx = factor * dL/dy for every element.</summary>
    public static HostTensor<T> Backward<T>(TensorShape shape, HostTensor<T> outputGradient, T factor)
        where T : INumber<T>
    {
        var inputGradient = new HostTensor<T>(shape);
        Array.Fill(inputGradient.Values, factor * outputGradient.Values[0]);
        return inputGradient;
    }
}

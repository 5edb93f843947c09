using System.Numerics;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Kernels.Scale;

/// <summary>The definition of a product with a number. PyTorch: <c>mul</c>.</summary>
public static class ScaleReference
{
    /// <summary>y = factor * x. It is also its own backward pass: dL/dx = factor * dL/dy.</summary>
    public static HostTensor<T> Forward<T>(HostTensor<T> x, T factor)
        where T : INumber<T>
    {
        var output = new HostTensor<T>(x.Shape);
        for (int i = 0; i < output.Values.Length; i++)
            output.Values[i] = factor * x.Values[i];
        return output;
    }
}

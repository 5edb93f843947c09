using System.Numerics;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Kernels.Addition;

/// <summary>The definition of the sum of two tensors: <c>y = a + b</c>, element by element. PyTorch: <c>add</c>.</summary>
public static class AdditionReference
{
    /// <summary>y[n,c,y,x] = a[n,c,y,x] + b[n,c,y,x].</summary>
    public static HostTensor<T> Forward<T>(HostTensor<T> a, HostTensor<T> b)
        where T : INumber<T>
    {
        var output = new HostTensor<T>(a.Shape);
        for (int i = 0; i < output.Values.Length; i++)
            output.Values[i] = a.Values[i] + b.Values[i];
        return output;
    }

    /// <summary>dL/da = dL/db = dL/dy.</summary>
    public static HostTensor<T> Backward<T>(HostTensor<T> outputGradient)
        where T : INumber<T> =>
        new(outputGradient.Shape, [.. outputGradient.Values]);
}

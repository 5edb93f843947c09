using System.Numerics;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Kernels.Addition;

/// <summary>The definition of the sum of two tensors: <c>y = a + b</c>, element by element, or <c>max(0, a + b)</c>. PyTorch: <c>add</c>, <c>relu</c>.</summary>
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

    /// <summary>y[n,c,y,x] = max(0, a[n,c,y,x] + b[n,c,y,x]).</summary>
    public static HostTensor<T> ForwardRelu<T>(HostTensor<T> a, HostTensor<T> b)
        where T : INumber<T> =>
        new(a.Shape, Array.ConvertAll(Forward(a, b).Values, sum => T.Max(sum, T.Zero)));

    /// <summary>dL/da = dL/db = dL/dy where a + b &gt; 0, otherwise 0.</summary>
    public static HostTensor<T> BackwardRelu<T>(HostTensor<T> a, HostTensor<T> b, HostTensor<T> outputGradient)
        where T : INumber<T>
    {
        HostTensor<T> sum = Forward(a, b);
        return new HostTensor<T>(sum.Shape, [.. sum.Values.Zip(outputGradient.Values, (value, gradient) => value > T.Zero ? gradient : T.Zero)]);
    }
}

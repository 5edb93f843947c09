using System.Numerics;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Kernels.LogOdds;

/// <summary>The definition of the log-odds of a softmax over the channels of each pixel.</summary>
public static class LogOddsReference
{
    /// <summary>y_c = x_c - log(sum over k ≠ c of exp(x_k)).</summary>
    public static HostTensor<T> Forward<T>(HostTensor<T> x)
        where T : IFloatingPointIeee754<T>
    {
        var output = new HostTensor<T>(x.Shape);
        ForEach(x.Shape, (n, c, row, column) => output[n, c, row, column] = x[n, c, row, column] - LogOfRest(x, n, c, row, column));
        return output;
    }

    /// <summary>dL/dx_k = g_k - sum over c ≠ k of g_c exp(x_k - log(sum over j ≠ c of exp(x_j))), where g = dL/dy.</summary>
    public static HostTensor<T> Backward<T>(HostTensor<T> x, HostTensor<T> outputGradient)
        where T : IFloatingPointIeee754<T>
    {
        var inputGradient = new HostTensor<T>(x.Shape);
        ForEach(x.Shape, (n, k, row, column) =>
        {
            T gradient = outputGradient[n, k, row, column];
            for (int c = 0; c < x.Shape.Channels; c++)
            {
                if (c != k)
                    gradient -= outputGradient[n, c, row, column] * T.Exp(x[n, k, row, column] - LogOfRest(x, n, c, row, column));
            }

            inputGradient[n, k, row, column] = gradient;
        });
        return inputGradient;
    }

    // log(sum over k ≠ c of exp(x_k)), shifted by the largest term so that nothing overflows.
    private static T LogOfRest<T>(HostTensor<T> x, int n, int c, int row, int column)
        where T : IFloatingPointIeee754<T>
    {
        T[] rest = [.. Enumerable.Range(0, x.Shape.Channels).Where(k => k != c).Select(k => x[n, k, row, column])];
        T largest = rest.Max()!, sum = T.Zero;
        foreach (T value in rest)
            sum += T.Exp(value - largest);
        return largest + T.Log(sum);
    }

    private static void ForEach(Engine.Tensors.TensorShape shape, Action<int, int, int, int> action)
    {
        for (int n = 0; n < shape.Batch; n++)
        {
            for (int c = 0; c < shape.Channels; c++)
            {
                for (int row = 0; row < shape.Height; row++)
                {
                    for (int column = 0; column < shape.Width; column++)
                        action(n, c, row, column);
                }
            }
        }
    }
}

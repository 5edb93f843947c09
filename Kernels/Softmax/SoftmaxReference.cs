using System.Numerics;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Kernels.Softmax;

/// <summary>The definition of softmax over the channels of each pixel. PyTorch: <c>softmax(dim=1)</c>, <c>log_softmax(dim=1)</c>.</summary>
public static class SoftmaxReference
{
    /// <summary>y_c = exp(x_c) / sum over k of exp(x_k); with <paramref name="logarithm"/> its natural logarithm.</summary>
    public static HostTensor<T> Forward<T>(HostTensor<T> x, bool logarithm)
        where T : IFloatingPointIeee754<T>
    {
        var output = new HostTensor<T>(x.Shape);
        for (int n = 0; n < x.Shape.Batch; n++)
        {
            for (int row = 0; row < x.Shape.Height; row++)
            {
                for (int column = 0; column < x.Shape.Width; column++)
                {
                    T largest = x[n, 0, row, column];
                    for (int c = 1; c < x.Shape.Channels; c++)
                        largest = T.Max(largest, x[n, c, row, column]);
                    T sum = T.Zero;
                    for (int c = 0; c < x.Shape.Channels; c++)
                        sum += T.Exp(x[n, c, row, column] - largest);
                    for (int c = 0; c < x.Shape.Channels; c++)
                    {
                        T logProbability = x[n, c, row, column] - largest - T.Log(sum);
                        output[n, c, row, column] = logarithm ? logProbability : T.Exp(logProbability);
                    }
                }
            }
        }

        return output;
    }

    /// <summary>
    /// dL/dx_k = y_k (g_k - sum over c of g_c y_c) for softmax, g_k - exp(y_k) * sum over c of g_c for its logarithm, where g = dL/dy.
    /// </summary>
    public static HostTensor<T> Backward<T>(HostTensor<T> y, HostTensor<T> outputGradient, bool logarithm)
        where T : IFloatingPointIeee754<T>
    {
        var inputGradient = new HostTensor<T>(y.Shape);
        for (int n = 0; n < y.Shape.Batch; n++)
        {
            for (int row = 0; row < y.Shape.Height; row++)
            {
                for (int column = 0; column < y.Shape.Width; column++)
                {
                    T sum = T.Zero;
                    for (int c = 0; c < y.Shape.Channels; c++)
                        sum += outputGradient[n, c, row, column] * (logarithm ? T.One : y[n, c, row, column]);
                    for (int c = 0; c < y.Shape.Channels; c++)
                    {
                        T g = outputGradient[n, c, row, column];
                        inputGradient[n, c, row, column] = logarithm
                            ? g - (T.Exp(y[n, c, row, column]) * sum)
                            : y[n, c, row, column] * (g - sum);
                    }
                }
            }
        }

        return inputGradient;
    }
}

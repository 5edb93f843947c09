using System.Numerics;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Kernels.BatchNormalization;

/// <summary>The definition of batch normalisation. Ioffe and Szegedy, ICML 2015. PyTorch: <c>batch_norm</c>.</summary>
public static class BatchNormalizationReference
{
    /// <summary>The mean of each channel over batch and pixels, and the mean squared deviation from it (the biased variance).</summary>
    public static (T[] Mean, T[] Variance) Statistics<T>(HostTensor<T> x)
        where T : IFloatingPointIeee754<T>
    {
        T[] mean = new T[x.Shape.Channels], variance = new T[x.Shape.Channels];
        T count = Count<T>(x.Shape);
        for (int i = 0; i < x.Values.Length; i++)
            mean[Channel(x.Shape, i)] += x.Values[i] / count;
        for (int i = 0; i < x.Values.Length; i++)
        {
            T deviation = x.Values[i] - mean[Channel(x.Shape, i)];
            variance[Channel(x.Shape, i)] += deviation * deviation / count;
        }

        return (mean, variance);
    }

    /// <summary>y = gamma * h + beta with h = (x - mean) / sqrt(variance + epsilon); with <paramref name="relu"/> max(0, y).</summary>
    /// <param name="x">N,C,H,W.</param>
    /// <param name="gamma">1,C,1,1, or null for ones.</param>
    /// <param name="beta">1,C,1,1, or null for zeros.</param>
    /// <param name="statistics">Of the batch, or running ones.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="relu">True takes max(0, y).</param>
    public static HostTensor<T> Forward<T>(HostTensor<T> x, HostTensor<T>? gamma, HostTensor<T>? beta, (T[] Mean, T[] Variance) statistics, T epsilon, bool relu)
        where T : IFloatingPointIeee754<T>
    {
        var output = new HostTensor<T>(x.Shape);
        for (int i = 0; i < x.Values.Length; i++)
        {
            int c = Channel(x.Shape, i);
            T y = ((gamma is null ? T.One : gamma.Values[c]) * Normalized(x, i, statistics, epsilon)) + (beta is null ? T.Zero : beta.Values[c]);
            output.Values[i] = relu ? T.Max(y, T.Zero) : y;
        }

        return output;
    }

    /// <summary>
    /// With g = dL/dy, set to 0 where a ReLU cut: dL/dbeta = sum g, dL/dgamma = sum g h,
    /// dL/dx = gamma / sqrt(variance + epsilon) * (g - mean of g - h * mean of g h) if the statistics are those of the batch,
    /// and gamma / sqrt(variance + epsilon) * g if they are constants.
    /// </summary>
    public static (HostTensor<T> Input, HostTensor<T> Gamma, HostTensor<T> Beta) Backward<T>(
        HostTensor<T> x,
        HostTensor<T>? gamma,
        HostTensor<T> y,
        HostTensor<T> outputGradient,
        (T[] Mean, T[] Variance) statistics,
        T epsilon,
        bool relu,
        bool ofBatch)
        where T : IFloatingPointIeee754<T>
    {
        var inputGradient = new HostTensor<T>(x.Shape);
        var gammaGradient = new HostTensor<T>(TensorShape.Vector(x.Shape.Channels));
        var betaGradient = new HostTensor<T>(TensorShape.Vector(x.Shape.Channels));
        for (int i = 0; i < x.Values.Length; i++)
        {
            T g = relu && y.Values[i] <= T.Zero ? T.Zero : outputGradient.Values[i];
            betaGradient.Values[Channel(x.Shape, i)] += g;
            gammaGradient.Values[Channel(x.Shape, i)] += g * Normalized(x, i, statistics, epsilon);
        }

        T count = Count<T>(x.Shape);
        for (int i = 0; i < x.Values.Length; i++)
        {
            int c = Channel(x.Shape, i);
            T g = relu && y.Values[i] <= T.Zero ? T.Zero : outputGradient.Values[i];
            if (ofBatch)
                g -= (betaGradient.Values[c] + (Normalized(x, i, statistics, epsilon) * gammaGradient.Values[c])) / count;
            inputGradient.Values[i] = (gamma is null ? T.One : gamma.Values[c]) / T.Sqrt(statistics.Variance[c] + epsilon) * g;
        }

        return (inputGradient, gammaGradient, betaGradient);
    }

    /// <summary>y = gamma * h + beta + a with h = (x - mean) / sqrt(variance + epsilon), the end of a residual block; with <paramref name="relu"/> max(0, y).</summary>
    /// <param name="x">N,C,H,W.</param>
    /// <param name="a">What is added, N,C,H,W.</param>
    /// <param name="gamma">1,C,1,1, or null for ones.</param>
    /// <param name="beta">1,C,1,1, or null for zeros.</param>
    /// <param name="statistics">Of the batch, or running ones.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="relu">True takes max(0, y).</param>
    public static HostTensor<T> ForwardAndAdd<T>(
        HostTensor<T> x, HostTensor<T> a, HostTensor<T>? gamma, HostTensor<T>? beta, (T[] Mean, T[] Variance) statistics, T epsilon, bool relu)
        where T : IFloatingPointIeee754<T>
    {
        HostTensor<T> normalized = Forward(x, gamma, beta, statistics, epsilon, relu: false);
        var output = new HostTensor<T>(x.Shape);
        for (int i = 0; i < output.Values.Length; i++)
        {
            T y = normalized.Values[i] + a.Values[i];
            output.Values[i] = relu ? T.Max(y, T.Zero) : y;
        }

        return output;
    }

    /// <summary>With g = dL/dy, set to 0 where the ReLU after the sum cut: dL/da = g. dL/dx, dL/dgamma and dL/dbeta are those of <see cref="Backward"/>, with y the output of the sum.</summary>
    public static HostTensor<T> BackwardAdded<T>(HostTensor<T> y, HostTensor<T> outputGradient, bool relu)
        where T : IFloatingPointIeee754<T>
    {
        var addedGradient = new HostTensor<T>(y.Shape);
        for (int i = 0; i < y.Values.Length; i++)
            addedGradient.Values[i] = relu && y.Values[i] <= T.Zero ? T.Zero : outputGradient.Values[i];
        return addedGradient;
    }

    private static T Normalized<T>(HostTensor<T> x, int element, (T[] Mean, T[] Variance) statistics, T epsilon)
        where T : IFloatingPointIeee754<T>
    {
        int c = Channel(x.Shape, element);
        return (x.Values[element] - statistics.Mean[c]) / T.Sqrt(statistics.Variance[c] + epsilon);
    }

    private static int Channel(TensorShape shape, int element) => element / (shape.Height * shape.Width) % shape.Channels;

    private static T Count<T>(TensorShape shape)
        where T : IFloatingPointIeee754<T> =>
        T.CreateChecked((long)shape.Batch * shape.Height * shape.Width);
}

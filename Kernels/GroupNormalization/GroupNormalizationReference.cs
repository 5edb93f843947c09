using System.Numerics;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Kernels.GroupNormalization;

/// <summary>The definition of group normalisation. Wu and He, ECCV 2018. PyTorch: <c>group_norm</c>.</summary>
public static class GroupNormalizationReference
{
    /// <summary>y = gamma * h + beta with h = (x - mean) / sqrt(variance + epsilon), mean and biased variance of each image and group of channels.</summary>
    /// <param name="x">N,C,H,W.</param>
    /// <param name="gamma">1,C,1,1, or null for ones.</param>
    /// <param name="beta">1,C,1,1, or null for zeros.</param>
    /// <param name="groups">G; divides C.</param>
    /// <param name="epsilon">Added to the variance.</param>
    public static HostTensor<T> Forward<T>(HostTensor<T> x, HostTensor<T>? gamma, HostTensor<T>? beta, int groups, T epsilon)
        where T : IFloatingPointIeee754<T>
    {
        T[] normalized = Normalize(x, groups, epsilon).Normalized;
        var output = new HostTensor<T>(x.Shape);
        for (int i = 0; i < normalized.Length; i++)
            output.Values[i] = (Gamma(x.Shape, gamma, i) * normalized[i]) + (beta is null ? T.Zero : beta.Values[Channel(x.Shape, i)]);
        return output;
    }

    /// <summary>
    /// With g = dL/dy and a = gamma g: dL/dbeta = sum g, dL/dgamma = sum g h over images and pixels,
    /// dL/dx = (a - mean of a - h * mean of a h) / sqrt(variance + epsilon), the means over the image's group.
    /// </summary>
    public static (HostTensor<T> Input, HostTensor<T> Gamma, HostTensor<T> Beta) Backward<T>(
        HostTensor<T> x, HostTensor<T>? gamma, int groups, T epsilon, HostTensor<T> outputGradient)
        where T : IFloatingPointIeee754<T>
    {
        (T[] normalized, T[] deviations) = Normalize(x, groups, epsilon);
        var inputGradient = new HostTensor<T>(x.Shape);
        var gammaGradient = new HostTensor<T>(TensorShape.Vector(x.Shape.Channels));
        var betaGradient = new HostTensor<T>(TensorShape.Vector(x.Shape.Channels));
        int elements = x.Values.Length / deviations.Length;
        T[] means = new T[deviations.Length], products = new T[deviations.Length];
        for (int i = 0; i < normalized.Length; i++)
        {
            T g = outputGradient.Values[i], a = Gamma(x.Shape, gamma, i) * g;
            betaGradient.Values[Channel(x.Shape, i)] += g;
            gammaGradient.Values[Channel(x.Shape, i)] += g * normalized[i];
            means[i / elements] += a / T.CreateChecked(elements);
            products[i / elements] += a * normalized[i] / T.CreateChecked(elements);
        }

        for (int i = 0; i < normalized.Length; i++)
        {
            int group = i / elements;
            T a = Gamma(x.Shape, gamma, i) * outputGradient.Values[i];
            inputGradient.Values[i] = (a - means[group] - (normalized[i] * products[group])) / deviations[group];
        }

        return (inputGradient, gammaGradient, betaGradient);
    }

    // In N,C,H,W order the elements of an image's group follow each other.
    private static (T[] Normalized, T[] Deviations) Normalize<T>(HostTensor<T> x, int groups, T epsilon)
        where T : IFloatingPointIeee754<T>
    {
        var normalized = new T[x.Values.Length];
        var deviations = new T[x.Shape.Batch * groups];
        int elements = x.Values.Length / deviations.Length;
        for (int group = 0; group < deviations.Length; group++)
        {
            T[] values = x.Values[(group * elements)..((group + 1) * elements)];
            T mean = T.Zero, variance = T.Zero;
            foreach (T value in values)
                mean += value / T.CreateChecked(elements);
            foreach (T value in values)
                variance += (value - mean) * (value - mean) / T.CreateChecked(elements);
            deviations[group] = T.Sqrt(variance + epsilon);
            for (int i = 0; i < elements; i++)
                normalized[(group * elements) + i] = (values[i] - mean) / deviations[group];
        }

        return (normalized, deviations);
    }

    private static T Gamma<T>(TensorShape shape, HostTensor<T>? gamma, int element)
        where T : IFloatingPointIeee754<T> =>
        gamma is null ? T.One : gamma.Values[Channel(shape, element)];

    private static int Channel(TensorShape shape, int element) => element / (shape.Height * shape.Width) % shape.Channels;
}

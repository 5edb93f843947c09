using System.Numerics;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;
using SegFromScratch.Kernels.Reduction;

namespace SegFromScratch.Kernels.BinaryCrossEntropy;

/// <summary>The definition of the binary cross entropy of logits. PyTorch: <c>binary_cross_entropy_with_logits</c>.</summary>
public static class BinaryCrossEntropyReference
{
    /// <summary>
    /// L = f * sum of v * (log(1 + exp(x)) - t x), where v is the weight of the element's pixel; f is 1 for a sum and 1 / sum of v for a mean, 0 if nothing counts.
    /// </summary>
    /// <param name="x">Logits, N,C,H,W.</param>
    /// <param name="target">t, N,C,H,W, from 0 to 1.</param>
    /// <param name="pixelWeights">v, N,1,H,W, or null for ones.</param>
    /// <param name="reduction">Mean or sum.</param>
    public static HostTensor<T> Forward<T>(HostTensor<T> x, HostTensor<T> target, HostTensor<T>? pixelWeights, LossReduction reduction)
        where T : IFloatingPointIeee754<T>
    {
        T sum = T.Zero;
        for (int i = 0; i < x.Values.Length; i++)
        {
            // log(1 + exp(x)) = max(x, 0) + log(1 + exp(-|x|)), without overflow.
            T logits = x.Values[i];
            T loss = T.Max(logits, T.Zero) - (target.Values[i] * logits) + T.LogP1(T.Exp(-T.Abs(logits)));
            sum += Weight(x.Shape, pixelWeights, i) * loss;
        }

        return new HostTensor<T>(TensorShape.Scalar, [sum * Factor(x.Shape, pixelWeights, reduction)]);
    }

    /// <summary>dL/dx = f * v * (sigmoid(x) - t) * the loss's own gradient.</summary>
    public static HostTensor<T> Backward<T>(HostTensor<T> x, HostTensor<T> target, HostTensor<T>? pixelWeights, LossReduction reduction, HostTensor<T> outputGradient)
        where T : IFloatingPointIeee754<T>
    {
        var inputGradient = new HostTensor<T>(x.Shape);
        T factor = outputGradient.Values[0] * Factor(x.Shape, pixelWeights, reduction);
        for (int i = 0; i < x.Values.Length; i++)
        {
            T probability = T.One / (T.One + T.Exp(-x.Values[i]));
            inputGradient.Values[i] = factor * Weight(x.Shape, pixelWeights, i) * (probability - target.Values[i]);
        }

        return inputGradient;
    }

    private static T Weight<T>(TensorShape shape, HostTensor<T>? pixelWeights, int element)
        where T : IFloatingPointIeee754<T>
    {
        int pixels = shape.Height * shape.Width;
        return pixelWeights is null ? T.One : pixelWeights.Values[(element / (shape.Channels * pixels) * pixels) + (element % pixels)];
    }

    private static T Factor<T>(TensorShape shape, HostTensor<T>? pixelWeights, LossReduction reduction)
        where T : IFloatingPointIeee754<T>
    {
        if (reduction == LossReduction.Sum)
            return T.One;
        T weight = T.Zero;
        for (int i = 0; i < shape.Elements; i++)
            weight += Weight(shape, pixelWeights, i);
        return weight > T.Zero ? T.One / weight : T.Zero;
    }
}

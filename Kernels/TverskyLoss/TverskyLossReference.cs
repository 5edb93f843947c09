using System.Numerics;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Kernels.TverskyLoss;

/// <summary>The definition of the Tversky loss of logits, over the whole batch. Salehi et al., MLMI 2017.</summary>
public static class TverskyLossReference
{
    /// <summary>
    /// L = mean over groups of 1 - A / B with A = sum v p t + smooth, B = A + alpha sum v p (1 - t) + beta sum v (1 - p) t, p = sigmoid(x).
    /// All channels are one group, or each is its own; v is the weight of the element's pixel.
    /// </summary>
    /// <param name="x">Logits, N,C,H,W.</param>
    /// <param name="target">t, N,C,H,W, from 0 to 1.</param>
    /// <param name="pixelWeights">v, N,1,H,W, or null for ones.</param>
    /// <param name="options">The options.</param>
    public static HostTensor<T> Forward<T>(HostTensor<T> x, HostTensor<T> target, HostTensor<T>? pixelWeights, TverskyLossOptions options)
        where T : IFloatingPointIeee754<T>
    {
        (T[] numerators, T[] denominators) = Sums(x, target, pixelWeights, options);
        T loss = T.Zero;
        for (int group = 0; group < numerators.Length; group++)
            loss += T.One - (numerators[group] / denominators[group]);
        return new HostTensor<T>(TensorShape.Scalar, [loss / T.CreateChecked(numerators.Length)]);
    }

    /// <summary>dL/dx = -(A' B - A B') / (B^2 G) * p (1 - p) with A' = v t, B' = v (t + alpha (1 - t) - beta t) and G groups, times the loss's own gradient.</summary>
    public static HostTensor<T> Backward<T>(HostTensor<T> x, HostTensor<T> target, HostTensor<T>? pixelWeights, TverskyLossOptions options, HostTensor<T> outputGradient)
        where T : IFloatingPointIeee754<T>
    {
        (T[] numerators, T[] denominators) = Sums(x, target, pixelWeights, options);
        var inputGradient = new HostTensor<T>(x.Shape);
        T scale = outputGradient.Values[0] / T.CreateChecked(numerators.Length), alpha = T.CreateChecked(options.Alpha), beta = T.CreateChecked(options.Beta);
        for (int i = 0; i < x.Values.Length; i++)
        {
            T p = Probability(x.Values[i]), t = target.Values[i], weight = Weight(x.Shape, pixelWeights, i);
            T a = numerators[Group(x.Shape, options, i)], b = denominators[Group(x.Shape, options, i)];
            T numeratorSlope = weight * t, denominatorSlope = weight * (t + (alpha * (T.One - t)) - (beta * t));
            inputGradient.Values[i] = -scale * ((numeratorSlope * b) - (a * denominatorSlope)) / (b * b) * p * (T.One - p);
        }

        return inputGradient;
    }

    private static (T[] Numerators, T[] Denominators) Sums<T>(HostTensor<T> x, HostTensor<T> target, HostTensor<T>? pixelWeights, TverskyLossOptions options)
        where T : IFloatingPointIeee754<T>
    {
        int groups = options.EachChannel ? x.Shape.Channels : 1;
        T[] numerators = new T[groups], denominators = new T[groups];
        Array.Fill(numerators, T.CreateChecked(options.Smooth));
        Array.Fill(denominators, T.CreateChecked(options.Smooth));
        for (int i = 0; i < x.Values.Length; i++)
        {
            T p = Probability(x.Values[i]), t = target.Values[i], weight = Weight(x.Shape, pixelWeights, i);
            T falsePositives = T.CreateChecked(options.Alpha) * p * (T.One - t), falseNegatives = T.CreateChecked(options.Beta) * (T.One - p) * t;
            numerators[Group(x.Shape, options, i)] += weight * p * t;
            denominators[Group(x.Shape, options, i)] += weight * ((p * t) + falsePositives + falseNegatives);
        }

        return (numerators, denominators);
    }

    private static T Probability<T>(T x)
        where T : IFloatingPointIeee754<T> =>
        T.One / (T.One + T.Exp(-x));

    private static int Group(TensorShape shape, TverskyLossOptions options, int element) =>
        options.EachChannel ? element / (shape.Height * shape.Width) % shape.Channels : 0;

    private static T Weight<T>(TensorShape shape, HostTensor<T>? pixelWeights, int element)
        where T : IFloatingPointIeee754<T>
    {
        int pixels = shape.Height * shape.Width;
        return pixelWeights is null ? T.One : pixelWeights.Values[(element / (shape.Channels * pixels) * pixels) + (element % pixels)];
    }
}

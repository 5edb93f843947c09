using System.Numerics;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Kernels.SoftDice;

/// <summary>The definition of the soft Dice loss of logits, over the whole batch. Milletari et al., 3DV 2016, square the terms of the denominator; plain sums are usual.</summary>
public static class SoftDiceReference
{
    /// <summary>
    /// L = mean over groups of 1 - (2 sum v p t + smooth) / (sum v p + sum v t + smooth), p = sigmoid(x).
    /// Squared, the denominator has sum v p^2 + sum v t^2. All channels are one group, or each is its own; v is the weight of the element's pixel.
    /// </summary>
    /// <param name="x">Logits, N,C,H,W.</param>
    /// <param name="target">t, N,C,H,W, from 0 to 1.</param>
    /// <param name="pixelWeights">v, N,1,H,W, or null for ones.</param>
    /// <param name="smooth">Added above and below.</param>
    /// <param name="eachChannel">True gives every channel a loss of its own and averages.</param>
    /// <param name="squared">True squares the terms of the denominator.</param>
    public static HostTensor<T> Forward<T>(HostTensor<T> x, HostTensor<T> target, HostTensor<T>? pixelWeights, T smooth, bool eachChannel, bool squared)
        where T : IFloatingPointIeee754<T>
    {
        (T[] numerators, T[] denominators) = Sums(x, target, pixelWeights, smooth, eachChannel, squared);
        T loss = T.Zero;
        for (int group = 0; group < numerators.Length; group++)
            loss += T.One - (numerators[group] / denominators[group]);
        return new HostTensor<T>(TensorShape.Scalar, [loss / T.CreateChecked(numerators.Length)]);
    }

    /// <summary>dL/dx = v p (1 - p) (A s - 2 t B) / (B^2 G) for numerator A, denominator B, G groups and s = 1 or, squared, 2 p, times the loss's own gradient.</summary>
    public static HostTensor<T> Backward<T>(HostTensor<T> x, HostTensor<T> target, HostTensor<T>? pixelWeights, T smooth, bool eachChannel, bool squared, HostTensor<T> outputGradient)
        where T : IFloatingPointIeee754<T>
    {
        (T[] numerators, T[] denominators) = Sums(x, target, pixelWeights, smooth, eachChannel, squared);
        var inputGradient = new HostTensor<T>(x.Shape);
        T two = T.CreateChecked(2), scale = outputGradient.Values[0] / T.CreateChecked(numerators.Length);
        for (int i = 0; i < x.Values.Length; i++)
        {
            int group = eachChannel ? Channel(x.Shape, i) : 0;
            T p = Probability(x.Values[i]), a = numerators[group], b = denominators[group];
            inputGradient.Values[i] = scale * Weight(x.Shape, pixelWeights, i) * p * (T.One - p) * ((a * (squared ? two * p : T.One)) - (two * target.Values[i] * b)) / (b * b);
        }

        return inputGradient;
    }

    private static (T[] Numerators, T[] Denominators) Sums<T>(HostTensor<T> x, HostTensor<T> target, HostTensor<T>? pixelWeights, T smooth, bool eachChannel, bool squared)
        where T : IFloatingPointIeee754<T>
    {
        int groups = eachChannel ? x.Shape.Channels : 1;
        T[] numerators = new T[groups], denominators = new T[groups];
        Array.Fill(numerators, smooth);
        Array.Fill(denominators, smooth);
        for (int i = 0; i < x.Values.Length; i++)
        {
            int group = eachChannel ? Channel(x.Shape, i) : 0;
            T p = Probability(x.Values[i]), t = target.Values[i], weight = Weight(x.Shape, pixelWeights, i);
            numerators[group] += T.CreateChecked(2) * weight * p * t;
            denominators[group] += weight * (squared ? (p * p) + (t * t) : p + t);
        }

        return (numerators, denominators);
    }

    private static T Probability<T>(T x)
        where T : IFloatingPointIeee754<T> =>
        T.One / (T.One + T.Exp(-x));

    private static int Channel(TensorShape shape, int element) => element / (shape.Height * shape.Width) % shape.Channels;

    private static T Weight<T>(TensorShape shape, HostTensor<T>? pixelWeights, int element)
        where T : IFloatingPointIeee754<T>
    {
        int pixels = shape.Height * shape.Width;
        return pixelWeights is null ? T.One : pixelWeights.Values[(element / (shape.Channels * pixels) * pixels) + (element % pixels)];
    }
}

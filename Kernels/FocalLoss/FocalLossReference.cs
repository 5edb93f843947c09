using System.Numerics;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;
using SegFromScratch.Kernels.Reduction;
using SegFromScratch.Kernels.Softmax;

namespace SegFromScratch.Kernels.FocalLoss;

/// <summary>The definition of the focal loss. Lin et al., ICCV 2017.</summary>
public static class FocalLossReference
{
    /// <summary>L = f * sum over counted pixels of -alpha (1 - p)^gamma log p, p = softmax(x) of the pixel's class; f is 1 for a sum and 1 / counted pixels for a mean, 0 if none counts.</summary>
    /// <param name="x">Logits, N,C,H,W.</param>
    /// <param name="target">Classes, N,1,H,W.</param>
    /// <param name="options">The options.</param>
    /// <param name="classAlphas">In place of alpha, one a class, 1,C,1,1; or null.</param>
    public static HostTensor<T> ForwardSoftmax<T>(HostTensor<T> x, HostTensor<T> target, FocalLossOptions options, HostTensor<T>? classAlphas = null)
        where T : IFloatingPointIeee754<T>
    {
        HostTensor<T> logProbabilities = SoftmaxReference.Forward(x, logarithm: true);
        T sum = T.Zero, gamma = T.CreateChecked(options.Gamma);
        int[] counted = Counted(x.Shape, target, options);
        foreach (int i in counted)
            sum -= Alpha(x.Shape, i, options, classAlphas) * T.Pow(T.One - T.Exp(logProbabilities.Values[i]), gamma) * logProbabilities.Values[i];
        return new HostTensor<T>(TensorShape.Scalar, [sum * SoftmaxFactor<T>(counted.Length, options)]);
    }

    /// <summary>dL/d log p = -alpha ((1 - p)^gamma - gamma p (1 - p)^(gamma - 1) log p), and from there through the logarithm of softmax.</summary>
    public static HostTensor<T> BackwardSoftmax<T>(HostTensor<T> x, HostTensor<T> target, FocalLossOptions options, HostTensor<T> outputGradient, HostTensor<T>? classAlphas = null)
        where T : IFloatingPointIeee754<T>
    {
        HostTensor<T> logProbabilities = SoftmaxReference.Forward(x, logarithm: true);
        var gradient = new HostTensor<T>(x.Shape);
        T gamma = T.CreateChecked(options.Gamma);
        int[] counted = Counted(x.Shape, target, options);
        T factor = outputGradient.Values[0] * SoftmaxFactor<T>(counted.Length, options);
        foreach (int i in counted)
        {
            T logarithm = logProbabilities.Values[i], p = T.Exp(logarithm);
            gradient.Values[i] = -factor * Alpha(x.Shape, i, options, classAlphas) * (T.Pow(T.One - p, gamma) - (p * PowerDerivative(T.One - p, gamma) * logarithm));
        }

        return SoftmaxReference.Backward(logProbabilities, gradient, logarithm: true);
    }

    /// <summary>
    /// L = f * sum of v a m^gamma l with l = log(1 + exp(x)) - t x, m = p (1 - t) + (1 - p) t the error, p = sigmoid(x), a = alpha t + (1 - alpha)(1 - t);
    /// f is 1 for a sum and 1 / sum of v for a mean, 0 if nothing counts.
    /// </summary>
    /// <param name="x">Logits, N,C,H,W.</param>
    /// <param name="target">t, N,C,H,W, from 0 to 1.</param>
    /// <param name="pixelWeights">v, N,1,H,W, or null for ones.</param>
    /// <param name="options">The options.</param>
    /// <param name="classAlphas">In place of alpha, one a class, 1,C,1,1; or null.</param>
    public static HostTensor<T> ForwardSigmoid<T>(HostTensor<T> x, HostTensor<T> target, HostTensor<T>? pixelWeights, FocalLossOptions options, HostTensor<T>? classAlphas = null)
        where T : IFloatingPointIeee754<T>
    {
        T sum = T.Zero, gamma = T.CreateChecked(options.Gamma);
        for (int i = 0; i < x.Values.Length; i++)
            sum += Weight(x.Shape, pixelWeights, i) * Balance(x.Shape, i, target.Values[i], options, classAlphas) * T.Pow(Miss(x.Values[i], target.Values[i]), gamma) * CrossEntropy(x.Values[i], target.Values[i]);
        return new HostTensor<T>(TensorShape.Scalar, [sum * SigmoidFactor(x.Shape, pixelWeights, options)]);
    }

    /// <summary>dL/dx = f v a (m^gamma (p - t) + gamma m^(gamma - 1) (1 - 2 t) p (1 - p) l) times the loss's own gradient.</summary>
    public static HostTensor<T> BackwardSigmoid<T>(
        HostTensor<T> x, HostTensor<T> target, HostTensor<T>? pixelWeights, FocalLossOptions options, HostTensor<T> outputGradient, HostTensor<T>? classAlphas = null)
        where T : IFloatingPointIeee754<T>
    {
        var inputGradient = new HostTensor<T>(x.Shape);
        T factor = outputGradient.Values[0] * SigmoidFactor(x.Shape, pixelWeights, options), gamma = T.CreateChecked(options.Gamma);
        for (int i = 0; i < x.Values.Length; i++)
        {
            T logit = x.Values[i], t = target.Values[i], p = Sigmoid(logit), miss = Miss(logit, t);
            T missSlope = (T.One - t - t) * p * (T.One - p);
            T slope = (T.Pow(miss, gamma) * (p - t)) + (PowerDerivative(miss, gamma) * missSlope * CrossEntropy(logit, t));
            inputGradient.Values[i] = factor * Weight(x.Shape, pixelWeights, i) * Balance(x.Shape, i, t, options, classAlphas) * slope;
        }

        return inputGradient;
    }

    // The elements of x, N,C,H,W, that are the class of their pixel.
    private static int[] Counted<T>(TensorShape shape, HostTensor<T> target, FocalLossOptions options)
        where T : IFloatingPointIeee754<T>
    {
        int pixels = shape.Height * shape.Width;
        return [.. target.Values
            .Select((value, i) => (Label: int.CreateChecked(value), Image: i / pixels, Pixel: i % pixels))
            .Where(place => place.Label != options.IgnoreIndex && place.Label >= 0 && place.Label < shape.Channels)
            .Select(place => (((place.Image * shape.Channels) + place.Label) * pixels) + place.Pixel)];
    }

    private static T SoftmaxFactor<T>(int counted, FocalLossOptions options)
        where T : IFloatingPointIeee754<T> =>
        T.One / T.CreateChecked(options.Reduction == LossReduction.Sum ? 1 : Math.Max(1, counted));

    private static T Alpha<T>(TensorShape shape, int element, FocalLossOptions options, HostTensor<T>? classAlphas)
        where T : IFloatingPointIeee754<T> =>
        classAlphas is null ? T.CreateChecked(options.Alpha ?? 1f) : classAlphas.Values[element / (shape.Height * shape.Width) % shape.Channels];

    private static T SigmoidFactor<T>(TensorShape shape, HostTensor<T>? pixelWeights, FocalLossOptions options)
        where T : IFloatingPointIeee754<T>
    {
        if (options.Reduction == LossReduction.Sum)
            return T.One;
        T weight = T.Zero;
        for (int i = 0; i < shape.Elements; i++)
            weight += Weight(shape, pixelWeights, i);
        return weight > T.Zero ? T.One / weight : T.Zero;
    }

    private static T Weight<T>(TensorShape shape, HostTensor<T>? pixelWeights, int element)
        where T : IFloatingPointIeee754<T>
    {
        int pixels = shape.Height * shape.Width;
        return pixelWeights is null ? T.One : pixelWeights.Values[(element / (shape.Channels * pixels) * pixels) + (element % pixels)];
    }

    private static T Balance<T>(TensorShape shape, int element, T target, FocalLossOptions options, HostTensor<T>? classAlphas)
        where T : IFloatingPointIeee754<T>
    {
        if (options.Alpha is null && classAlphas is null)
            return T.One;
        T alpha = Alpha(shape, element, options, classAlphas);
        return (alpha * target) + ((T.One - alpha) * (T.One - target));
    }

    private static T Miss<T>(T logit, T target)
        where T : IFloatingPointIeee754<T> =>
        (Sigmoid(logit) * (T.One - target)) + (Sigmoid(-logit) * target);

    private static T CrossEntropy<T>(T logit, T target)
        where T : IFloatingPointIeee754<T> =>
        T.Max(logit, T.Zero) - (target * logit) + T.LogP1(T.Exp(-T.Abs(logit)));

    private static T Sigmoid<T>(T logit)
        where T : IFloatingPointIeee754<T> =>
        T.One / (T.One + T.Exp(-logit));

    // d m^gamma / dm; at m = 0 it is always multiplied by something that vanishes faster.
    private static T PowerDerivative<T>(T miss, T gamma)
        where T : IFloatingPointIeee754<T> =>
        miss > T.Zero ? gamma * T.Pow(miss, gamma - T.One) : T.Zero;
}

using System.Numerics;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;
using SegFromScratch.Kernels.Reduction;
using SegFromScratch.Kernels.Softmax;

namespace SegFromScratch.Kernels.CrossEntropy;

/// <summary>The definition of the cross entropy between the softmax of logits and a class map. PyTorch: <c>cross_entropy</c>.</summary>
public static class CrossEntropyReference
{
    /// <summary>
    /// L = f * sum over counted pixels of sum over c of a_c * (-log softmax(x)_c), where a_c = w_c * ((1 - s) * [c = t] + s / C),
    /// t is the pixel's class, w the class weights and s the smoothing; f is 1 for a sum and 1 / sum of w_t for a mean, 0 if nothing counts.
    /// </summary>
    /// <param name="x">Logits, N,C,H,W.</param>
    /// <param name="target">Classes, N,1,H,W.</param>
    /// <param name="classWeights">w, 1,C,1,1, or null for ones.</param>
    /// <param name="options">The options.</param>
    public static HostTensor<T> Forward<T>(HostTensor<T> x, HostTensor<T> target, HostTensor<T>? classWeights, CrossEntropyOptions options)
        where T : IFloatingPointIeee754<T>
    {
        HostTensor<T> logProbabilities = SoftmaxReference.Forward(x, logarithm: true);
        HostTensor<T> shares = Shares(x.Shape, target, classWeights, options);
        T sum = T.Zero;
        for (int i = 0; i < shares.Values.Length; i++)
            sum -= shares.Values[i] * logProbabilities.Values[i];
        return new HostTensor<T>(TensorShape.Scalar, [sum * Factor(x.Shape, target, classWeights, options)]);
    }

    /// <summary>dL/dx_k = f * (softmax(x)_k * sum over c of a_c - a_k) * the loss's own gradient.</summary>
    public static HostTensor<T> Backward<T>(
        HostTensor<T> x, HostTensor<T> target, HostTensor<T>? classWeights, CrossEntropyOptions options, HostTensor<T> outputGradient)
        where T : IFloatingPointIeee754<T>
    {
        // The sum is linear in the log-probabilities, so its gradient by them is -f * a; log-softmax takes it from there.
        HostTensor<T> gradient = Shares(x.Shape, target, classWeights, options);
        T factor = outputGradient.Values[0] * Factor(x.Shape, target, classWeights, options);
        for (int i = 0; i < gradient.Values.Length; i++)
            gradient.Values[i] *= -factor;
        return SoftmaxReference.Backward(SoftmaxReference.Forward(x, logarithm: true), gradient, logarithm: true);
    }

    private static HostTensor<T> Shares<T>(TensorShape shape, HostTensor<T> target, HostTensor<T>? classWeights, CrossEntropyOptions options)
        where T : IFloatingPointIeee754<T>
    {
        var shares = new HostTensor<T>(shape);
        T smoothing = T.CreateChecked(options.LabelSmoothing);
        for (int i = 0; i < target.Values.Length; i++)
        {
            int pixels = shape.Height * shape.Width;
            int image = i / pixels, pixel = i % pixels, label = int.CreateChecked(target.Values[i]);
            if (!Counts(label, shape.Channels, options))
                continue;
            for (int c = 0; c < shape.Channels; c++)
            {
                T share = smoothing / T.CreateChecked(shape.Channels);
                if (c == label)
                    share += T.One - smoothing;
                shares.Values[(((image * shape.Channels) + c) * pixels) + pixel] = share * (classWeights is null ? T.One : classWeights.Values[c]);
            }
        }

        return shares;
    }

    private static T Factor<T>(TensorShape shape, HostTensor<T> target, HostTensor<T>? classWeights, CrossEntropyOptions options)
        where T : IFloatingPointIeee754<T>
    {
        if (options.Reduction == LossReduction.Sum)
            return T.One;
        T weight = T.Zero;
        foreach (T value in target.Values)
        {
            int label = int.CreateChecked(value);
            if (Counts(label, shape.Channels, options))
                weight += classWeights is null ? T.One : classWeights.Values[label];
        }

        return weight > T.Zero ? T.One / weight : T.Zero;
    }

    private static bool Counts(int label, int classes, CrossEntropyOptions options) =>
        label != options.IgnoreIndex && label >= 0 && label < classes;
}

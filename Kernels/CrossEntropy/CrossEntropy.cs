using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Cpu;
using SegFromScratch.Kernels.CrossEntropy.Ladder;
using SegFromScratch.Kernels.Profiling;
using SegFromScratch.Kernels.Reduction;
using SegFromScratch.Kernels.Softmax.Ladder;

namespace SegFromScratch.Kernels.CrossEntropy;

/// <summary>
/// The cross entropy between the softmax of logits and a class map, as one operation. PyTorch: <c>cross_entropy</c>, with one difference:
/// if no pixel counts, the mean is 0 and so are the gradients, where PyTorch gives NaN. A batch without labels then leaves the weights as they are.
/// </summary>
public static class CrossEntropy
{
    /// <summary>L = f * sum over pixels of w_t * (-log softmax(x)_t), t the pixel's class; f = 1 / sum of w_t for a mean, 1 for a sum.</summary>
    /// <param name="step">The running step.</param>
    /// <param name="logits">x, N,C,H,W.</param>
    /// <param name="target">The class of each pixel, N x H x W numbers in n, y, x order. Classes outside 0 up to C do not count.</param>
    /// <param name="options">Ignored class, mean or sum, label smoothing; null takes PyTorch's defaults.</param>
    /// <param name="classWeights">w, 1,C,1,1 with channel block 1, or null for ones.</param>
    /// <returns>The loss, a scalar.</returns>
    /// <exception cref="ArgumentException">Sizes do not agree, or the smoothing is not in 0 to 1.</exception>
    public static Tensor Apply(Step step, Tensor logits, DeviceArray<int> target, CrossEntropyOptions? options = null, Tensor? classWeights = null)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(target);
        CrossEntropyOptions chosen = options ?? new CrossEntropyOptions();
        Check(logits.Shape, target.Length, chosen, classWeights);
        Tensor loss = step.Create(new TensorLayout(TensorShape.Scalar, 1), "cross entropy", logits.RequiresGradient);
        DeviceArray<float> logSumExponentials = step.CreateArray<float>(target.Length, "log of the sum of exponentials");
        DeviceArray<float> factor = Forward(step, logits, target, chosen, classWeights, logSumExponentials, loss);
        step.Record(loss, keep: [logits, target, classWeights, logSumExponentials, factor], lossGradient =>
            step.Accumulate(logits, BackwardInput(step, logits, target, chosen, classWeights, logSumExponentials, factor, lossGradient), OperationWork.Elementwise("cross entropy", OperationWork.InputGradient, 3, logits.Shape, logits, target, logSumExponentials, logits)),
            OperationWork.Elementwise("cross entropy", OperationWork.Forward, 4, logits.Shape, logits, target, logSumExponentials));
        Step.Release(logSumExponentials);
        Step.Release(factor);
        return loss;
    }

    private static DeviceArray<float> Forward(
        Step step, Tensor logits, DeviceArray<int> target, CrossEntropyOptions options, Tensor? classWeights, DeviceArray<float> logSumExponentials, Tensor loss)
    {
        DeviceArray<float> losses = step.CreateArray<float>(target.Length, "losses of pixels");
        DeviceArray<float> weights = step.CreateArray<float>(target.Length, "weights of pixels");
        ArrayView<float> classes = classWeights?.Data ?? default;
        if (CpuPath.Of(step.Device, CrossEntropyCpu.Supports(logits.Layout)) is { } cpu)
        {
            CrossEntropyCpu.Forward(
                cpu, logits.View, target.View, classes, options.IgnoreIndex, options.LabelSmoothing, logSumExponentials.View, losses.View, weights.View);
        }
        else
        {
            CrossEntropyLadder.Forward(
                step.Device, SoftmaxLadder.Choose(step.Device, logits.Layout), logits.View, target.View, classes, options, logSumExponentials.View, losses.View, weights.View);
        }

        DeviceArray<float> factor = LossTotal.Apply(step, losses.View, weights.View, 1f, options.Reduction, loss);
        Step.Release(losses);
        Step.Release(weights);
        return factor;
    }

    private static Tensor BackwardInput(
        Step step,
        Tensor logits,
        DeviceArray<int> target,
        CrossEntropyOptions options,
        Tensor? classWeights,
        DeviceArray<float> logSumExponentials,
        DeviceArray<float> factor,
        Tensor lossGradient)
    {
        Tensor inputGradient = step.CreateGradient(logits);
        if (CpuPath.Of(step.Device, CrossEntropyCpu.Supports(logits.Layout)) is { } cpu)
        {
            CrossEntropyCpu.Backward(
                cpu,
                logits.View,
                target.View,
                classWeights?.Data ?? default,
                options.IgnoreIndex,
                options.LabelSmoothing,
                logSumExponentials.View,
                factor.View,
                lossGradient.Data,
                inputGradient.View);
            return inputGradient;
        }

        CrossEntropyLadder.Backward(
            step.Device,
            SoftmaxLadder.Choose(step.Device, logits.Layout),
            logits.View,
            target.View,
            classWeights?.Data ?? default,
            options,
            logSumExponentials.View,
            factor.View,
            lossGradient.Data,
            inputGradient.View);
        return inputGradient;
    }

    private static void Check(TensorShape logits, int targets, CrossEntropyOptions options, Tensor? classWeights)
    {
        long pixels = (long)logits.Batch * logits.Height * logits.Width;
        if (targets != pixels)
            throw new ArgumentException($"the class map has {targets} pixels but the logits of shape {logits} have {pixels}: one class a pixel is needed");
        if (classWeights is not null && (classWeights.Shape != TensorShape.Vector(logits.Channels) || classWeights.Layout.ChannelBlock != 1))
            throw new ArgumentException($"the class weights have shape {classWeights.Shape}; {logits.Channels} classes need shape {TensorShape.Vector(logits.Channels)} with channel block 1");
        if (!(options.LabelSmoothing >= 0f && options.LabelSmoothing <= 1f))
            throw new ArgumentException($"the label smoothing is {options.LabelSmoothing}; it must lie between 0 and 1");
    }
}

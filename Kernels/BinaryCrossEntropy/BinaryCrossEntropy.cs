using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.BinaryCrossEntropy.Cpu;
using SegFromScratch.Kernels.Cpu;
using SegFromScratch.Kernels.Profiling;
using SegFromScratch.Kernels.Reduction;

namespace SegFromScratch.Kernels.BinaryCrossEntropy;

/// <summary>
/// The binary cross entropy of logits, each channel a question of its own: multi-label masks. PyTorch: <c>binary_cross_entropy_with_logits</c>.
/// If all pixel weights are 0, the mean is 0 and so are the gradients.
/// </summary>
public static class BinaryCrossEntropy
{
    /// <summary>L = f * sum of v * (log(1 + exp(x)) - t x); f = 1 / sum of v over all elements for a mean, 1 for a sum.</summary>
    /// <param name="step">The running step.</param>
    /// <param name="logits">x, N,C,H,W.</param>
    /// <param name="target">t, N,C,H,W in any layout, from 0 to 1.</param>
    /// <param name="reduction">Mean or sum.</param>
    /// <param name="pixelWeights">v, N,1,H,W with channel block 1, or null for ones: 0 leaves a pixel out, larger values stress it.</param>
    /// <returns>The loss, a scalar.</returns>
    /// <exception cref="ArgumentException">Shapes do not agree.</exception>
    public static Tensor Apply(Step step, Tensor logits, Tensor target, LossReduction reduction = LossReduction.Mean, Tensor? pixelWeights = null)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(target);
        if (target.Shape != logits.Shape)
            throw new ArgumentException($"the target '{target.Name}' has shape {target.Shape} but the logits have {logits.Shape}: one target a logit is needed", nameof(target));
        PixelWeights.Check(pixelWeights, logits.Shape);
        Tensor loss = step.Create(new TensorLayout(TensorShape.Scalar, 1), "binary cross entropy", logits.RequiresGradient);
        DeviceArray<float> factor = Forward(step, logits, target, reduction, pixelWeights, loss);
        step.Record(loss, keep: [logits, target, pixelWeights, factor], lossGradient =>
            step.Accumulate(logits, BackwardInput(step, logits, target, pixelWeights, factor, lossGradient), OperationWork.Elementwise("binary cross entropy", OperationWork.InputGradient, 6, logits.Shape, logits, target, logits)),
            OperationWork.Elementwise("binary cross entropy", OperationWork.Forward, 9, logits.Shape, logits, target));
        Step.Release(factor);
        return loss;
    }

    private static DeviceArray<float> Forward(Step step, Tensor logits, Tensor target, LossReduction reduction, Tensor? pixelWeights, Tensor loss)
    {
        DeviceArray<float> losses = step.CreateArray<float>(logits.Layout.Length, "losses of elements");
        ArrayView<float> weights = pixelWeights?.Data ?? default;
        if (CpuPath.Of(step.Device, ElementLossCpu.Supports(logits.Layout)) is { } cpu)
            ElementLossCpu.Forward(cpu, default(VectorBinaryCrossEntropy), logits.View, target.View, weights, losses.View);
        else
            BinaryCrossEntropyLauncher.Forward(step.Device, logits.Layout.Length, logits.View, target.View, weights, losses.View);

        // Each pixel's weight counts once a channel.
        float weightFactor = pixelWeights is null ? logits.Shape.Elements : logits.Shape.Channels;
        DeviceArray<float> factor = LossTotal.Apply(step, losses.View, weights, weightFactor, reduction, loss);
        Step.Release(losses);
        return factor;
    }

    private static Tensor BackwardInput(Step step, Tensor logits, Tensor target, Tensor? pixelWeights, DeviceArray<float> factor, Tensor lossGradient)
    {
        Tensor inputGradient = step.CreateGradient(logits);
        ArrayView<float> weights = pixelWeights?.Data ?? default;
        if (CpuPath.Of(step.Device, ElementLossCpu.Supports(logits.Layout)) is { } cpu)
            ElementLossCpu.Backward(cpu, default(VectorBinaryCrossEntropy), logits.View, target.View, weights, factor.View, lossGradient.Data, inputGradient.View);
        else
            BinaryCrossEntropyLauncher.Backward(step.Device, inputGradient.Layout.Length, logits.View, target.View, weights, factor.View, lossGradient.Data, inputGradient.View);
        return inputGradient;
    }
}

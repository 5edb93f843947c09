using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Cpu;
using SegFromScratch.Kernels.Profiling;
using SegFromScratch.Kernels.Reduction;
using SegFromScratch.Kernels.SoftDice.Cpu;

namespace SegFromScratch.Kernels.SoftDice;

/// <summary>The soft Dice loss of logits: one minus the overlap of prediction and truth, pooled over the batch. Large and small objects weigh alike.</summary>
public static class SoftDice
{
    /// <summary>L = 1 - (2 sum v p t + smooth) / (sum v p + sum v t + smooth), p = sigmoid(x), over batch, channels and pixels. Squared, the denominator has sum v p^2 + sum v t^2.</summary>
    /// <param name="step">The running step.</param>
    /// <param name="logits">x, N,C,H,W.</param>
    /// <param name="target">t, N,C,H,W in any layout, from 0 to 1.</param>
    /// <param name="smooth">Above 0: makes the loss 0 where prediction and truth are both empty.</param>
    /// <param name="eachChannel">True gives every channel a loss of its own, over batch and pixels, and averages them: rare classes then count like frequent ones.</param>
    /// <param name="pixelWeights">v, N,1,H,W with channel block 1, or null for ones: 0 leaves a pixel out.</param>
    /// <param name="squared">True squares the terms of the denominator, as Milletari et al. do: the gradient is then steeper where predictions are sure.</param>
    /// <returns>The loss, a scalar.</returns>
    /// <exception cref="ArgumentException">Shapes do not agree, or smooth is not above 0.</exception>
    public static Tensor Apply(Step step, Tensor logits, Tensor target, float smooth = 1f, bool eachChannel = false, Tensor? pixelWeights = null, bool squared = false)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(target);
        if (target.Shape != logits.Shape)
            throw new ArgumentException($"the target '{target.Name}' has shape {target.Shape} but the logits have {logits.Shape}: one target a logit is needed", nameof(target));
        if (!(smooth > 0f))
            throw new ArgumentException($"smooth is {smooth}; it must be above 0, or empty masks would divide 0 by 0", nameof(smooth));
        PixelWeights.Check(pixelWeights, logits.Shape);
        int groups = eachChannel ? logits.Shape.Channels : 1;
        Tensor loss = step.Create(new TensorLayout(TensorShape.Scalar, 1), "soft dice", logits.RequiresGradient);
        DeviceArray<float> numerators = step.CreateArray<float>(groups, "numerators of dice");
        DeviceArray<float> denominators = step.CreateArray<float>(groups, "denominators of dice");
        Forward(step, logits, target, pixelWeights, smooth, squared, numerators, denominators, loss);
        step.Record(loss, keep: [logits, target, pixelWeights, numerators, denominators], lossGradient =>
            step.Accumulate(logits, BackwardInput(step, logits, target, pixelWeights, squared, numerators, denominators, lossGradient), OperationWork.Elementwise("soft dice", OperationWork.InputGradient, 9, logits.Shape, logits, target, logits)),
            OperationWork.Elementwise("soft dice", OperationWork.Forward, 8, logits.Shape, logits, target));
        Step.Release(numerators);
        Step.Release(denominators);
        return loss;
    }

    private static void Forward(
        Step step, Tensor logits, Tensor target, Tensor? pixelWeights, float smooth, bool squared, DeviceArray<float> numerators, DeviceArray<float> denominators, Tensor loss)
    {
        if (CpuPath.Of(step.Device, OverlapCpu.Supports(logits.Layout)) is not { } cpu)
            Sums(step, logits, target, pixelWeights, smooth, squared, numerators, denominators);
        else if (squared)
            OverlapCpu.Sums(cpu, default(SquaredDiceTerms), logits.View, target.View, pixelWeights?.Data ?? default, smooth, numerators.View, denominators.View);
        else
            OverlapCpu.Sums(cpu, default(DiceTerms), logits.View, target.View, pixelWeights?.Data ?? default, smooth, numerators.View, denominators.View);
        SoftDiceLauncher.Loss(step.Device, 1, numerators.View, denominators.View, loss.Data);
    }

    private static void Sums(
        Step step, Tensor logits, Tensor target, Tensor? pixelWeights, float smooth, bool squared, DeviceArray<float> numerators, DeviceArray<float> denominators)
    {
        PixelSlices slices = PixelSlices.Of(logits.Shape);
        int partials = slices.Count * logits.Shape.Channels;
        DeviceArray<float> overlaps = step.CreateArray<float>(partials, "partial overlaps");
        DeviceArray<float> sizes = step.CreateArray<float>(partials, "partial sizes");
        SoftDiceLauncher.Partials(step.Device, partials, logits.View, target.View, pixelWeights?.Data ?? default, squared ? 1 : 0, slices, overlaps.View, sizes.View);
        SoftDiceLauncher.Totals(step.Device, numerators.Length, overlaps.View, sizes.View, numerators.Length, smooth, numerators.View, denominators.View);
        Step.Release(overlaps);
        Step.Release(sizes);
    }

    private static Tensor BackwardInput(
        Step step, Tensor logits, Tensor target, Tensor? pixelWeights, bool squared, DeviceArray<float> numerators, DeviceArray<float> denominators, Tensor lossGradient)
    {
        Tensor inputGradient = step.CreateGradient(logits);
        if (CpuPath.Of(step.Device, OverlapCpu.Supports(logits.Layout)) is { } cpu)
        {
            ArrayView<float> weights = pixelWeights?.Data ?? default;
            if (squared)
                OverlapCpu.Backward(cpu, default(SquaredDiceTerms), logits.View, target.View, weights, numerators.View, denominators.View, lossGradient.Data, inputGradient.View);
            else
                OverlapCpu.Backward(cpu, default(DiceTerms), logits.View, target.View, weights, numerators.View, denominators.View, lossGradient.Data, inputGradient.View);
            return inputGradient;
        }

        SoftDiceLauncher.Backward(
            step.Device,
            inputGradient.Layout.Length,
            logits.View,
            target.View,
            pixelWeights?.Data ?? default,
            squared ? 1 : 0,
            numerators.View,
            denominators.View,
            lossGradient.Data,
            inputGradient.View);
        return inputGradient;
    }
}

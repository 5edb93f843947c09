using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Cpu;
using SegFromScratch.Kernels.Profiling;
using SegFromScratch.Kernels.Reduction;
using SegFromScratch.Kernels.SoftDice;

namespace SegFromScratch.Kernels.TverskyLoss;

/// <summary>
/// One minus the Tversky index of logits: an overlap that prices false positives and false negatives apart. Salehi et al., MLMI 2017.
/// Both at 1/2 it is the soft Dice loss, both at 1 a soft Jaccard loss.
/// </summary>
public static class TverskyLoss
{
    /// <summary>L = 1 - A / B with A = sum v p t + smooth, B = A + alpha sum v p (1 - t) + beta sum v (1 - p) t, p = sigmoid(x), over batch, channels and pixels.</summary>
    /// <param name="step">The running step.</param>
    /// <param name="logits">x, N,C,H,W.</param>
    /// <param name="target">t, N,C,H,W in any layout, from 0 to 1.</param>
    /// <param name="options">Prices, smoothing, groups; null takes alpha = 0.3, beta = 0.7 and a smoothing of 1.</param>
    /// <param name="pixelWeights">v, N,1,H,W with channel block 1, or null for ones: 0 leaves a pixel out.</param>
    /// <returns>The loss, a scalar.</returns>
    /// <exception cref="ArgumentException">Shapes do not agree, alpha or beta is below 0, or smooth is not above 0.</exception>
    public static Tensor Apply(Step step, Tensor logits, Tensor target, TverskyLossOptions? options = null, Tensor? pixelWeights = null)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(target);
        TverskyLossOptions chosen = options ?? new TverskyLossOptions();
        Check(logits, target, chosen, pixelWeights);
        int groups = chosen.EachChannel ? logits.Shape.Channels : 1;
        Tensor loss = step.Create(new TensorLayout(TensorShape.Scalar, 1), "tversky loss", logits.RequiresGradient);
        DeviceArray<float> numerators = step.CreateArray<float>(groups, "numerators of tversky");
        DeviceArray<float> denominators = step.CreateArray<float>(groups, "denominators of tversky");
        Forward(step, logits, target, pixelWeights, chosen, numerators, denominators, loss);
        step.Record(loss, keep: [logits, target, pixelWeights, numerators, denominators], lossGradient =>
            step.Accumulate(logits, BackwardInput(step, logits, target, pixelWeights, chosen, numerators, denominators, lossGradient), OperationWork.Elementwise("tversky loss", OperationWork.InputGradient, 14, logits.Shape, logits, target, logits)),
            OperationWork.Elementwise("tversky loss", OperationWork.Forward, 14, logits.Shape, logits, target));
        Step.Release(numerators);
        Step.Release(denominators);
        return loss;
    }

    private static void Forward(
        Step step,
        Tensor logits,
        Tensor target,
        Tensor? pixelWeights,
        TverskyLossOptions options,
        DeviceArray<float> numerators,
        DeviceArray<float> denominators,
        Tensor loss)
    {
        if (CpuPath.Of(step.Device, OverlapCpu.Supports(logits.Layout)) is { } cpu)
        {
            var terms = new TverskyTerms(options.Alpha, options.Beta);
            OverlapCpu.Sums(cpu, terms, logits.View, target.View, pixelWeights?.Data ?? default, options.Smooth, numerators.View, denominators.View);
        }
        else
        {
            Sums(step, logits, target, pixelWeights, options, numerators, denominators);
        }

        SoftDiceLauncher.Loss(step.Device, 1, numerators.View, denominators.View, loss.Data);
    }

    private static void Sums(
        Step step, Tensor logits, Tensor target, Tensor? pixelWeights, TverskyLossOptions options, DeviceArray<float> numerators, DeviceArray<float> denominators)
    {
        PixelSlices slices = PixelSlices.Of(logits.Shape);
        int partials = slices.Count * logits.Shape.Channels;
        DeviceArray<float> overlaps = step.CreateArray<float>(partials, "partial overlaps");
        DeviceArray<float> misses = step.CreateArray<float>(partials, "partial misses");
        TverskyLossLauncher.Partials(
            step.Device, partials, logits.View, target.View, pixelWeights?.Data ?? default, options.Alpha, options.Beta, slices, overlaps.View, misses.View);
        TverskyLossLauncher.Totals(
            step.Device, numerators.Length, overlaps.View, misses.View, numerators.Length, options.Smooth, numerators.View, denominators.View);
        Step.Release(overlaps);
        Step.Release(misses);
    }

    private static Tensor BackwardInput(
        Step step,
        Tensor logits,
        Tensor target,
        Tensor? pixelWeights,
        TverskyLossOptions options,
        DeviceArray<float> numerators,
        DeviceArray<float> denominators,
        Tensor lossGradient)
    {
        Tensor inputGradient = step.CreateGradient(logits);
        if (CpuPath.Of(step.Device, OverlapCpu.Supports(logits.Layout)) is { } cpu)
        {
            var terms = new TverskyTerms(options.Alpha, options.Beta);
            OverlapCpu.Backward(cpu, terms, logits.View, target.View, pixelWeights?.Data ?? default, numerators.View, denominators.View, lossGradient.Data, inputGradient.View);
            return inputGradient;
        }

        TverskyLossLauncher.Backward(
            step.Device,
            inputGradient.Layout.Length,
            logits.View,
            target.View,
            pixelWeights?.Data ?? default,
            options.Alpha,
            options.Beta,
            numerators.View,
            denominators.View,
            lossGradient.Data,
            inputGradient.View);
        return inputGradient;
    }

    private static void Check(Tensor logits, Tensor target, TverskyLossOptions options, Tensor? pixelWeights)
    {
        if (target.Shape != logits.Shape)
            throw new ArgumentException($"the target '{target.Name}' has shape {target.Shape} but the logits have {logits.Shape}: one target a logit is needed");
        if (!(options.Alpha >= 0f) || !(options.Beta >= 0f))
            throw new ArgumentException($"alpha is {options.Alpha} and beta {options.Beta}; both must be 0 or more");
        if (!(options.Smooth > 0f))
            throw new ArgumentException($"smooth is {options.Smooth}; it must be above 0, or empty masks would divide 0 by 0");
        PixelWeights.Check(pixelWeights, logits.Shape);
    }
}

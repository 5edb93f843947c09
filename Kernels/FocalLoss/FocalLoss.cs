using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.BinaryCrossEntropy;
using SegFromScratch.Kernels.Cpu;
using SegFromScratch.Kernels.FocalLoss.Cpu;
using SegFromScratch.Kernels.Profiling;
using SegFromScratch.Kernels.Reduction;

namespace SegFromScratch.Kernels.FocalLoss;

/// <summary>The cross entropy with sure and right answers damped, so that many easy pixels do not drown few hard ones. Lin et al., ICCV 2017.</summary>
public static class FocalLoss
{
    /// <summary>
    /// Of a class map: L = f * sum over pixels of -alpha (1 - p)^gamma log p, p = softmax(x) of the pixel's class; f = 1 / counted pixels for a mean, 1 for a sum.
    /// If no pixel counts, the loss is 0 and so are the gradients.
    /// </summary>
    /// <param name="step">The running step.</param>
    /// <param name="logits">x, N,C,H,W.</param>
    /// <param name="target">The class of each pixel, N x H x W numbers in n, y, x order. Classes outside 0 up to C do not count.</param>
    /// <param name="options">Exponent, weight, ignored class, mean or sum; null takes gamma = 2 and no weight.</param>
    /// <param name="classAlphas">In place of alpha, one weight a class, 1,C,1,1 with channel block 1; null: one alpha for all.</param>
    /// <returns>The loss, a scalar.</returns>
    /// <exception cref="ArgumentException">Sizes do not agree, gamma is below 0, or alpha is not from 0 to 1.</exception>
    public static Tensor ApplySoftmax(Step step, Tensor logits, DeviceArray<int> target, FocalLossOptions? options = null, Tensor? classAlphas = null)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(target);
        FocalLossOptions chosen = Checked(options, logits.Shape, classAlphas);
        long pixels = (long)logits.Shape.Batch * logits.Shape.Height * logits.Shape.Width;
        if (target.Length != pixels)
            throw new ArgumentException($"the class map has {target.Length} pixels but the logits of shape {logits.Shape} have {pixels}: one class a pixel is needed", nameof(target));
        Tensor loss = step.Create(new TensorLayout(TensorShape.Scalar, 1), "focal loss", logits.RequiresGradient);
        DeviceArray<float> logSumExponentials = step.CreateArray<float>(target.Length, "log of the sum of exponentials");
        DeviceArray<float> slopes = step.CreateArray<float>(target.Length, "slopes of the focal loss");
        DeviceArray<float> factor = ForwardSoftmax(step, logits, target, chosen, classAlphas, logSumExponentials, slopes, loss);
        step.Record(loss, keep: [logits, target, logSumExponentials, slopes, factor], lossGradient =>
            step.Accumulate(logits, BackwardSoftmax(step, logits, target, logSumExponentials, slopes, factor, lossGradient), OperationWork.Elementwise("focal loss", OperationWork.InputGradient, 4, logits.Shape, logits, target, logSumExponentials, slopes, logits)),
            OperationWork.Elementwise("focal loss", OperationWork.Forward, 4, logits.Shape, logits, target, logSumExponentials, slopes));
        Step.Release(logSumExponentials);
        Step.Release(slopes);
        Step.Release(factor);
        return loss;
    }

    /// <summary>
    /// Of multi-label masks, each element a question of its own: L = f * sum of v a m^gamma l with the binary cross entropy l, m = p (1 - t) + (1 - p) t, p = sigmoid(x) and
    /// a = alpha t + (1 - alpha)(1 - t); f = 1 / sum of v over all elements for a mean, 1 for a sum. torchvision: <c>sigmoid_focal_loss</c>.
    /// If all pixel weights are 0, the mean is 0 and so are the gradients.
    /// </summary>
    /// <param name="step">The running step.</param>
    /// <param name="logits">x, N,C,H,W.</param>
    /// <param name="target">t, N,C,H,W in any layout, from 0 to 1.</param>
    /// <param name="options">Exponent, balance, mean or sum; null takes gamma = 2 and no balance.</param>
    /// <param name="pixelWeights">v, N,1,H,W with channel block 1, or null for ones: 0 leaves a pixel out.</param>
    /// <param name="classAlphas">In place of alpha, one balance a class, each from 0 to 1, 1,C,1,1 with channel block 1; null: one alpha for all.</param>
    /// <returns>The loss, a scalar.</returns>
    /// <exception cref="ArgumentException">Shapes do not agree, gamma is below 0, or alpha is not from 0 to 1.</exception>
    public static Tensor ApplySigmoid(Step step, Tensor logits, Tensor target, FocalLossOptions? options = null, Tensor? pixelWeights = null, Tensor? classAlphas = null)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(target);
        FocalLossOptions chosen = Checked(options, logits.Shape, classAlphas);
        if (target.Shape != logits.Shape)
            throw new ArgumentException($"the target '{target.Name}' has shape {target.Shape} but the logits have {logits.Shape}: one target a logit is needed", nameof(target));
        PixelWeights.Check(pixelWeights, logits.Shape);
        Tensor loss = step.Create(new TensorLayout(TensorShape.Scalar, 1), "focal loss", logits.RequiresGradient);
        DeviceArray<float> factor = ForwardSigmoid(step, logits, target, chosen, pixelWeights, classAlphas, loss);
        step.Record(loss, keep: [logits, target, pixelWeights, classAlphas, factor], lossGradient =>
            step.Accumulate(logits, BackwardSigmoid(step, logits, target, chosen, pixelWeights, classAlphas, factor, lossGradient), OperationWork.Elementwise("focal loss", OperationWork.InputGradient, 28, logits.Shape, logits, target, logits)),
            OperationWork.Elementwise("focal loss", OperationWork.Forward, 20, logits.Shape, logits, target));
        Step.Release(factor);
        return loss;
    }

    private static DeviceArray<float> ForwardSoftmax(
        Step step,
        Tensor logits,
        DeviceArray<int> target,
        FocalLossOptions options,
        Tensor? classAlphas,
        DeviceArray<float> logSumExponentials,
        DeviceArray<float> slopes,
        Tensor loss)
    {
        DeviceArray<float> losses = step.CreateArray<float>(target.Length, "losses of pixels");
        DeviceArray<float> counts = step.CreateArray<float>(target.Length, "pixels that count");
        float alpha = options.Alpha ?? 1f;
        ArrayView<float> alphas = classAlphas?.Data ?? default;
        if (CpuPath.Of(step.Device, FocalLossCpu.Supports(logits.Layout)) is { } cpu)
        {
            FocalLossCpu.Forward(
                cpu, logits.View, target.View, options.IgnoreIndex, alpha, alphas, options.Gamma, logSumExponentials.View, slopes.View, losses.View, counts.View);
        }
        else
        {
            FocalLossLauncher.ForwardSoftmax(
                step.Device,
                target.Length,
                logits.View,
                target.View,
                options.IgnoreIndex,
                alpha,
                alphas,
                options.Gamma,
                logSumExponentials.View,
                slopes.View,
                losses.View,
                counts.View);
        }

        DeviceArray<float> factor = LossTotal.Apply(step, losses.View, counts.View, 1f, options.Reduction, loss);
        Step.Release(losses);
        Step.Release(counts);
        return factor;
    }

    private static Tensor BackwardSoftmax(
        Step step, Tensor logits, DeviceArray<int> target, DeviceArray<float> logSumExponentials, DeviceArray<float> slopes, DeviceArray<float> factor, Tensor lossGradient)
    {
        Tensor inputGradient = step.CreateGradient(logits);
        if (CpuPath.Of(step.Device, FocalLossCpu.Supports(logits.Layout)) is { } cpu)
        {
            FocalLossCpu.Backward(
                cpu, logits.View, target.View, logSumExponentials.View, slopes.View, factor.View, lossGradient.Data, inputGradient.View);
            return inputGradient;
        }

        FocalLossLauncher.BackwardSoftmax(
            step.Device, inputGradient.Layout.Length, logits.View, target.View, logSumExponentials.View, slopes.View, factor.View, lossGradient.Data, inputGradient.View);
        return inputGradient;
    }

    private static DeviceArray<float> ForwardSigmoid(Step step, Tensor logits, Tensor target, FocalLossOptions options, Tensor? pixelWeights, Tensor? classAlphas, Tensor loss)
    {
        DeviceArray<float> losses = step.CreateArray<float>(logits.Layout.Length, "losses of elements");
        ArrayView<float> weights = pixelWeights?.Data ?? default;
        ArrayView<float> alphas = classAlphas?.Data ?? default;
        (float positive, float negative) = Balance(options);
        if (FastSigmoid(step, logits, classAlphas) is { } cpu)
            ElementLossCpu.Forward(cpu, new VectorFocalLoss(options.Gamma, positive, negative), logits.View, target.View, weights, losses.View);
        else
            FocalLossLauncher.ForwardSigmoid(step.Device, logits.Layout.Length, logits.View, target.View, weights, positive, negative, alphas, options.Gamma, losses.View);

        // Each pixel's weight counts once a channel.
        float weightFactor = pixelWeights is null ? logits.Shape.Elements : logits.Shape.Channels;
        DeviceArray<float> factor = LossTotal.Apply(step, losses.View, weights, weightFactor, options.Reduction, loss);
        Step.Release(losses);
        return factor;
    }

    private static Tensor BackwardSigmoid(
        Step step, Tensor logits, Tensor target, FocalLossOptions options, Tensor? pixelWeights, Tensor? classAlphas, DeviceArray<float> factor, Tensor lossGradient)
    {
        Tensor inputGradient = step.CreateGradient(logits);
        ArrayView<float> weights = pixelWeights?.Data ?? default;
        (float positive, float negative) = Balance(options);
        if (FastSigmoid(step, logits, classAlphas) is { } cpu)
        {
            ElementLossCpu.Backward(
                cpu, new VectorFocalLoss(options.Gamma, positive, negative), logits.View, target.View, weights, factor.View, lossGradient.Data, inputGradient.View);
            return inputGradient;
        }

        FocalLossLauncher.BackwardSigmoid(
            step.Device,
            inputGradient.Layout.Length,
            logits.View,
            target.View,
            weights,
            positive,
            negative,
            classAlphas?.Data ?? default,
            options.Gamma,
            factor.View,
            lossGradient.Data,
            inputGradient.View);
        return inputGradient;
    }

    // What elements with t = 1 and with t = 0 count.
    private static (float Positive, float Negative) Balance(FocalLossOptions options) => (options.Alpha ?? 1f, 1f - (options.Alpha ?? 0f));

    // The device, where it is the cpu and its loops serve: they know one balance for all classes.
    private static CpuDevice? FastSigmoid(Step step, Tensor logits, Tensor? classAlphas) =>
        CpuPath.Of(step.Device, classAlphas is null && ElementLossCpu.Supports(logits.Layout));

    private static FocalLossOptions Checked(FocalLossOptions? options, TensorShape logits, Tensor? classAlphas)
    {
        if (classAlphas is not null && (classAlphas.Shape != TensorShape.Vector(logits.Channels) || classAlphas.Layout.ChannelBlock != 1))
            throw new ArgumentException($"the alphas of classes have shape {classAlphas.Shape}; {logits.Channels} classes need shape {TensorShape.Vector(logits.Channels)} with channel block 1", nameof(classAlphas));
        FocalLossOptions chosen = options ?? new FocalLossOptions();
        if (!(chosen.Gamma >= 0f))
            throw new ArgumentException($"gamma is {chosen.Gamma}; it must be 0 or more", nameof(options));
        if (chosen.Alpha is { } alpha && !(alpha >= 0f && alpha <= 1f))
            throw new ArgumentException($"alpha is {alpha}; it must lie between 0 and 1", nameof(options));
        return chosen;
    }
}

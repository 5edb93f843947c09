using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Profiling;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Cpu;
using SegFromScratch.Kernels.Profiling;
using SegFromScratch.Kernels.Reduction;

namespace SegFromScratch.Kernels.BatchNormalization;

/// <summary>
/// Shifts and scales each channel to mean 0 and variance 1 over batch and pixels, then to a learned mean and deviation.
/// Ioffe and Szegedy, ICML 2015. PyTorch: <c>batch_norm</c>.
/// </summary>
public static class BatchNormalization
{
    /// <summary>y = gamma * (x - mean) / sqrt(variance + epsilon) + beta, optionally max(0, y).</summary>
    /// <param name="step">The running step.</param>
    /// <param name="input">x, N,C,H,W.</param>
    /// <param name="gamma">1,C,1,1 with channel block 1, or null for ones.</param>
    /// <param name="beta">1,C,1,1 with channel block 1, or null for zeros.</param>
    /// <param name="runningMean">1,C,1,1 with channel block 1, moved if the batch's statistics are used; null keeps none.</param>
    /// <param name="runningVariance">As the running mean; it takes the unbiased variance.</param>
    /// <param name="options">Batch or running statistics, momentum, epsilon, ReLU; null takes PyTorch's defaults.</param>
    /// <returns>y, N,C,H,W.</returns>
    /// <exception cref="ArgumentException">Shapes do not agree; running statistics are asked for but missing; or the batch has one value a channel, whose variance is not defined.</exception>
    public static Tensor Apply(
        Step step, Tensor input, Tensor? gamma, Tensor? beta, Tensor? runningMean, Tensor? runningVariance, BatchNormalizationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(input);
        BatchNormalizationOptions chosen = options ?? new BatchNormalizationOptions();
        Check(input, gamma, beta, runningMean, runningVariance, chosen);
        bool requiresGradient = input.RequiresGradient || gamma is { RequiresGradient: true } || beta is { RequiresGradient: true };
        Tensor output = step.Create(input.Layout, chosen.Relu ? "batch normalization and relu" : "batch normalization", requiresGradient);
        DeviceArray<float> mean = step.CreateArray<float>(input.Shape.Channels, "mean");
        DeviceArray<float> inverseDeviation = step.CreateArray<float>(input.Shape.Channels, "inverse deviation");
        Forward(step, input, gamma, beta, runningMean, runningVariance, chosen, mean, inverseDeviation, output);

        // The kernels read where the ReLU cut from the output; the cpu device computes it anew, so the output need not stay.
        Tensor? cut = chosen.Relu && Fast(step, input) is null ? output : null;
        step.Record(output, keep: [input, cut, gamma, beta, mean, inverseDeviation], saved: (input, cut, gamma, beta, mean, inverseDeviation, chosen), static (step, saved, outputGradient) =>
            Backward(step, saved.input, saved.cut, outputGradient, saved.gamma, saved.beta, saved.mean, saved.inverseDeviation, saved.chosen), ForwardWork(chosen, input, output));
        Step.Release(mean);
        Step.Release(inverseDeviation);
        return output;
    }

    // Mean and variance take 4 operations an element, scale and shift 2, the ReLU 1. What the mean must be known for is read again.
    private static Work ForwardWork(BatchNormalizationOptions options, Tensor input, Tensor output) => OperationWork.Elementwise(
        "batch normalization", OperationWork.Forward, (options.UseBatchStatistics ? 6 : 2) + (options.Relu ? 1 : 0), input.Shape, options.UseBatchStatistics ? input : null, input, output);

    // The two sums take 5 operations an element, the input's gradient 4, the ReLU 1 in each of the two passes.
    private static Work BackwardWork(BatchNormalizationOptions options, Tensor input, Tensor outputGradient) => OperationWork.Elementwise(
        "batch normalization", OperationWork.InputGradient, 9 + (options.Relu ? 2 : 0), input.Shape, input, outputGradient, input, outputGradient, input);

    private static void Forward(
        Step step,
        Tensor input,
        Tensor? gamma,
        Tensor? beta,
        Tensor? runningMean,
        Tensor? runningVariance,
        BatchNormalizationOptions options,
        DeviceArray<float> mean,
        DeviceArray<float> inverseDeviation,
        Tensor output)
    {
        ArrayView<float> runningMeanView = runningMean?.Data ?? default;
        ArrayView<float> runningVarianceView = runningVariance?.Data ?? default;
        if (options.UseBatchStatistics && Fast(step, input) is { } fast)
        {
            BatchNormalizationCpu.Statistics(fast, input.View, options.Momentum, options.Epsilon, runningMeanView, runningVarianceView, mean.View, inverseDeviation.View);
        }
        else if (options.UseBatchStatistics)
        {
            PixelSlices slices = PixelSlices.Of(input.Shape);
            int partials = slices.Count * input.Shape.Channels;
            DeviceArray<float> means = step.CreateArray<float>(partials, "partial means");
            DeviceArray<float> squares = step.CreateArray<float>(partials, "partial squares");
            BatchNormalizationLauncher.Partials(step.Device, partials, input.View, slices, means.View, squares.View);
            BatchNormalizationLauncher.Statistics(
                step.Device,
                input.Shape.Channels,
                input.View,
                slices,
                means.View,
                squares.View,
                options.Momentum,
                options.Epsilon,
                runningMeanView,
                runningVarianceView,
                mean.View,
                inverseDeviation.View);
            Step.Release(means);
            Step.Release(squares);
        }
        else
        {
            BatchNormalizationLauncher.FrozenStatistics(
                step.Device, input.Shape.Channels, runningMeanView, runningVarianceView, options.Epsilon, mean.View, inverseDeviation.View);
        }

        if (Fast(step, input) is { } cpu)
        {
            BatchNormalizationCpu.Normalize(cpu, input.View, gamma?.Data ?? default, beta?.Data ?? default, mean.View, inverseDeviation.View, options.Relu, output.View);
            return;
        }

        BatchNormalizationLauncher.Normalize(
            step.Device,
            output.Layout.Length,
            input.View,
            gamma?.Data ?? default,
            beta?.Data ?? default,
            mean.View,
            inverseDeviation.View,
            options.Relu ? 1 : 0,
            output.View);
    }

    private static void Backward(
        Step step,
        Tensor input,
        Tensor? cut,
        Tensor outputGradient,
        Tensor? gamma,
        Tensor? beta,
        DeviceArray<float> mean,
        DeviceArray<float> inverseDeviation,
        BatchNormalizationOptions options)
    {
        Tensor? betaGradient = null, gammaGradient = null;
        bool inputNeedsSums = options.UseBatchStatistics && input.RequiresGradient;
        if (inputNeedsSums || gamma is { RequiresGradient: true } || beta is { RequiresGradient: true })
            (betaGradient, gammaGradient) = BackwardParameters(step, input, cut, outputGradient, gamma, beta, mean, inverseDeviation, options.Relu);
        if (input.RequiresGradient)
        {
            ArrayView<float> sums = inputNeedsSums ? betaGradient!.Data : default;
            ArrayView<float> products = inputNeedsSums ? gammaGradient!.Data : default;
            step.Accumulate(input, BackwardInput(step, input, cut, outputGradient, gamma, beta, mean, inverseDeviation, options.Relu, sums, products), BackwardWork(options, input, outputGradient));
        }

        ScaleAndShift.GiveOrRelease(step, gamma, gammaGradient);
        ScaleAndShift.GiveOrRelease(step, beta, betaGradient);
    }

    private static (Tensor BetaGradient, Tensor GammaGradient) BackwardParameters(
        Step step, Tensor input, Tensor? cut, Tensor outputGradient, Tensor? gamma, Tensor? beta, DeviceArray<float> mean, DeviceArray<float> inverseDeviation, bool relu)
    {
        int channels = input.Shape.Channels;
        (Tensor betaGradient, Tensor gammaGradient) = ScaleAndShift.CreateGradients(step, channels);
        if (Fast(step, input) is { } cpu)
        {
            BatchNormalizationCpu.BackwardParameters(
                cpu, input.View, outputGradient.View, gamma?.Data ?? default, beta?.Data ?? default, mean.View, inverseDeviation.View, relu, betaGradient.Data, gammaGradient.Data);
            return (betaGradient, gammaGradient);
        }

        PixelSlices slices = PixelSlices.Of(input.Shape);
        int partials = slices.Count * channels;
        DeviceArray<float> sums = step.CreateArray<float>(partials, "partial sums");
        DeviceArray<float> products = step.CreateArray<float>(partials, "partial products");
        BatchNormalizationBackwardLauncher.Partials(
            step.Device, partials, input.View, cut?.Data ?? default, outputGradient.View, mean.View, inverseDeviation.View, slices, sums.View, products.View);
        BatchNormalizationBackwardLauncher.Totals(step.Device, channels, sums.View, products.View, betaGradient.Data, gammaGradient.Data);
        Step.Release(sums);
        Step.Release(products);
        return (betaGradient, gammaGradient);
    }

    private static Tensor BackwardInput(
        Step step,
        Tensor input,
        Tensor? cut,
        Tensor outputGradient,
        Tensor? gamma,
        Tensor? beta,
        DeviceArray<float> mean,
        DeviceArray<float> inverseDeviation,
        bool relu,
        ArrayView<float> betaGradient,
        ArrayView<float> gammaGradient)
    {
        if (Fast(step, input) is { } cpu)
        {
            Tensor overwritten = step.OverwriteGradient(input, outputGradient);
            BatchNormalizationCpu.BackwardInput(
                cpu, input.View, outputGradient.View, gamma?.Data ?? default, beta?.Data ?? default, mean.View, inverseDeviation.View, relu, betaGradient, gammaGradient, overwritten.View);
            return overwritten;
        }

        Tensor inputGradient = step.CreateGradient(input);

        BatchNormalizationBackwardLauncher.Input(
            step.Device,
            inputGradient.Layout.Length,
            input.View,
            cut?.Data ?? default,
            outputGradient.Data,
            gamma?.Data ?? default,
            mean.View,
            inverseDeviation.View,
            betaGradient,
            gammaGradient,
            inputGradient.View);
        return inputGradient;
    }

    // The device, where it is the cpu and has SIMD kernels for this layout.
    private static CpuDevice? Fast(Step step, Tensor input) =>
        CpuPath.Of(step.Device, BatchNormalizationCpu.Supports(input.Layout));

    private static void Check(Tensor input, Tensor? gamma, Tensor? beta, Tensor? runningMean, Tensor? runningVariance, BatchNormalizationOptions options)
    {
        TensorShape shape = input.Shape;
        ScaleAndShift.Check(input, gamma, beta, runningMean, runningVariance);
        if (runningMean is null != runningVariance is null)
            throw new ArgumentException("running mean and running variance must be given both or not at all");
        if (!options.UseBatchStatistics && runningMean is null)
            throw new ArgumentException("without statistics of the batch, running mean and running variance are needed");
        if (options.UseBatchStatistics && (long)shape.Batch * shape.Height * shape.Width == 1)
            throw new ArgumentException($"batch normalization of '{input.Name}' of shape {shape} has one value a channel, which has no variance: use a larger batch or larger images, or freeze the layer");
    }
}

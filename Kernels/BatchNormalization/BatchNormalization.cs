using SegFromScratch.Engine.Profiling;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.BatchNormalization.Ladder;
using SegFromScratch.Kernels.Profiling;

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
        BatchNormalizationOptions chosen = options ?? new BatchNormalizationOptions();
        return Run(step, input, added: null, chosen.Relu, gamma, beta, runningMean, runningVariance, chosen);
    }

    /// <summary>
    /// The end of a residual block: y = gamma * (x - mean) / sqrt(variance + epsilon) + beta + a, optionally max(0, y). What an addition after <see cref="Apply"/> gives, without a pass over memory for it,
    /// and neither the normalised tensor nor the sum before the ReLU is stored. He et al., "Deep residual learning", CVPR 2016.
    /// </summary>
    /// <param name="step">The running step.</param>
    /// <param name="input">x, N,C,H,W.</param>
    /// <param name="added">a, in the layout of x: the input of the block, or its shortcut.</param>
    /// <param name="relu">True takes max(0, y) of the sum, as ResNet does; Xception and MobileNetV2 do not.</param>
    /// <param name="gamma">1,C,1,1 with channel block 1, or null for ones.</param>
    /// <param name="beta">1,C,1,1 with channel block 1, or null for zeros.</param>
    /// <param name="runningMean">1,C,1,1 with channel block 1, moved if the batch's statistics are used; null keeps none.</param>
    /// <param name="runningVariance">As the running mean; it takes the unbiased variance.</param>
    /// <param name="options">Batch or running statistics, momentum and epsilon, without a ReLU; null takes PyTorch's defaults.</param>
    /// <returns>y, N,C,H,W.</returns>
    /// <exception cref="ArgumentException">The summand has another layout than x; the options have a ReLU, which would stand before the sum; or what <see cref="Apply"/> refuses.</exception>
    public static Tensor ApplyAndAdd(
        Step step,
        Tensor input,
        Tensor added,
        bool relu,
        Tensor? gamma,
        Tensor? beta,
        Tensor? runningMean,
        Tensor? runningVariance,
        BatchNormalizationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(added);
        BatchNormalizationOptions chosen = options ?? new BatchNormalizationOptions();
        if (added.Layout != input.Layout)
            throw new ArgumentException($"cannot add '{added.Name}' of shape {added.Shape} to the normalised '{input.Name}' of shape {input.Shape}: the shapes must be equal", nameof(added));
        if (chosen.Relu)
            throw new ArgumentException("a ReLU before the sum cannot be joined with it: normalise with it, then add", nameof(options));
        return Run(step, input, added, relu, gamma, beta, runningMean, runningVariance, chosen);
    }

    private static Tensor Run(
        Step step, Tensor input, Tensor? added, bool relu, Tensor? gamma, Tensor? beta, Tensor? runningMean, Tensor? runningVariance, BatchNormalizationOptions options)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(input);
        Check(input, gamma, beta, runningMean, runningVariance, options);
        bool requiresGradient = input.RequiresGradient || added is { RequiresGradient: true } || gamma is { RequiresGradient: true } || beta is { RequiresGradient: true };
        Tensor output = step.Create(input.Layout, Name(added is not null, relu), requiresGradient);
        var operands = new BatchNormalizationOperands(
            input, added, gamma, beta, step.CreateArray<float>(input.Shape.Channels, "mean"), step.CreateArray<float>(input.Shape.Channels, "inverse deviation"), relu, options.UseBatchStatistics);
        FindStatistics(step, operands, runningMean, runningVariance, options);
        Normalize(step, operands, output);
        Tensor? cut = operands.ReadsOutput(step) ? output : null;
        step.Record(output, keep: [input, cut, gamma, beta, operands.Mean, operands.InverseDeviation], saved: (operands, cut), static (step, saved, outputGradient) =>
            BatchNormalizationGradients.Backward(step, saved.operands, saved.cut, outputGradient), ForwardWork(operands, output));
        Step.Release(operands.Mean);
        Step.Release(operands.InverseDeviation);
        return output;
    }

    private static string Name(bool adds, bool relu) => (adds, relu) switch
    {
        (false, false) => "batch normalization",
        (false, true) => "batch normalization and relu",
        (true, false) => "batch normalization and addition",
        (true, true) => "batch normalization, addition and relu",
    };

    // Mean and variance take 4 operations an element, scale and shift 2, sum and ReLU 1 each. What the mean must be known for is read again.
    private static Work ForwardWork(in BatchNormalizationOperands operands, Tensor output) => OperationWork.Elementwise(
        "batch normalization",
        OperationWork.Forward,
        (operands.OfBatch ? 6 : 2) + (operands.Added is null ? 0 : 1) + (operands.Relu ? 1 : 0),
        output.Shape,
        operands.OfBatch ? operands.Input : null,
        operands.Input,
        operands.Added,
        output);

    private static void FindStatistics(Step step, in BatchNormalizationOperands operands, Tensor? runningMean, Tensor? runningVariance, BatchNormalizationOptions options)
    {
        Tensor input = operands.Input;
        ArrayView<float> mean = operands.Mean.View, inverseDeviation = operands.InverseDeviation.View;
        ArrayView<float> runningMeanView = runningMean?.Data ?? default, runningVarianceView = runningVariance?.Data ?? default;
        if (!operands.OfBatch)
        {
            BatchNormalizationLauncher.FrozenStatistics(step.Device, input.Shape.Channels, runningMeanView, runningVarianceView, options.Epsilon, mean, inverseDeviation);
        }
        else if (operands.Fast(step) is { } cpu)
        {
            BatchNormalizationCpu.Statistics(cpu, input.View, options.Momentum, options.Epsilon, runningMeanView, runningVarianceView, mean, inverseDeviation);
        }
        else
        {
            BatchNormalizationLadder.Statistics(
                step.Device, BatchNormalizationLadder.Choose(step.Device, input.Layout), input.View, options.Momentum, options.Epsilon, runningMeanView, runningVarianceView, mean, inverseDeviation);
        }
    }

    private static void Normalize(Step step, in BatchNormalizationOperands operands, Tensor output)
    {
        Tensor input = operands.Input;
        ArrayView<float> mean = operands.Mean.View, inverseDeviation = operands.InverseDeviation.View, added = operands.Added?.Data ?? default;
        if (operands.Fast(step) is { } cpu)
        {
            BatchNormalizationCpu.Normalize(cpu, input.View, added, operands.GammaData, operands.BetaData, mean, inverseDeviation, operands.Relu, output.View);
            return;
        }

        BatchNormalizationLadder.Normalize(
            step.Device,
            BatchNormalizationLadder.Choose(step.Device, input.Layout),
            input.View,
            added,
            operands.GammaData,
            operands.BetaData,
            mean,
            inverseDeviation,
            operands.Relu,
            output.View);
    }

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

using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Profiling;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.BatchNormalization;
using SegFromScratch.Kernels.Cpu;
using SegFromScratch.Kernels.Profiling;
using SegFromScratch.Kernels.Reduction;

namespace SegFromScratch.Kernels.GroupNormalization;

/// <summary>
/// Shifts and scales groups of channels of each image to mean 0 and variance 1, then each channel to a learned mean and deviation: independent of the batch.
/// Wu and He, ECCV 2018. PyTorch: <c>group_norm</c>. One group is layer normalisation over C,H,W; C groups are instance normalisation.
/// </summary>
public static class GroupNormalization
{
    /// <summary>y = gamma * (x - mean) / sqrt(variance + epsilon) + beta, mean and biased variance of each image and group.</summary>
    /// <param name="step">The running step.</param>
    /// <param name="input">x, N,C,H,W.</param>
    /// <param name="groups">G; divides C.</param>
    /// <param name="gamma">1,C,1,1 with channel block 1, or null for ones.</param>
    /// <param name="beta">1,C,1,1 with channel block 1, or null for zeros.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <returns>y, N,C,H,W.</returns>
    /// <exception cref="ArgumentException">The groups do not divide the channels, shapes do not agree, or epsilon is not above 0.</exception>
    public static Tensor Apply(Step step, Tensor input, int groups, Tensor? gamma = null, Tensor? beta = null, float epsilon = 1e-5f)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(input);
        Check(input, groups, gamma, beta, epsilon);
        var cut = new ChannelGroups(groups, input.Shape.Channels / groups);
        bool requiresGradient = input.RequiresGradient || gamma is { RequiresGradient: true } || beta is { RequiresGradient: true };
        Tensor output = step.Create(input.Layout, "group normalization", requiresGradient);
        DeviceArray<float> mean = step.CreateArray<float>(input.Shape.Batch * groups, "mean");
        DeviceArray<float> inverseDeviation = step.CreateArray<float>(input.Shape.Batch * groups, "inverse deviation");
        Statistics(step, cut, input, epsilon, mean, inverseDeviation);
        Normalize(step, cut, input, gamma, beta, mean, inverseDeviation, output);
        step.Record(output, keep: [input, gamma, mean, inverseDeviation], outputGradient =>
            Backward(step, cut, input, outputGradient, gamma, beta, mean, inverseDeviation), ForwardWork(input, output));
        Step.Release(mean);
        Step.Release(inverseDeviation);
        return output;
    }

    // As for batch normalisation: mean and variance take 4 operations an element, scale and shift 2; what the mean must be known for is read again.
    private static Work ForwardWork(Tensor input, Tensor output) =>
        OperationWork.Elementwise("group normalization", OperationWork.Forward, 6, input.Shape, input, input, output);

    // The two sums take 5 operations an element, the input's gradient 4.
    private static Work BackwardWork(Tensor input, Tensor outputGradient) =>
        OperationWork.Elementwise("group normalization", OperationWork.InputGradient, 9, input.Shape, input, outputGradient, input, outputGradient, input);

    private static void Statistics(Step step, ChannelGroups groups, Tensor input, float epsilon, DeviceArray<float> mean, DeviceArray<float> inverseDeviation)
    {
        if (Fast(step, input) is { } cpu)
        {
            GroupNormalizationCpu.Statistics(cpu, groups, input.View, epsilon, mean.View, inverseDeviation.View);
            return;
        }

        PixelSlices slices = PixelSlices.Of(input.Shape);
        int partials = slices.Count * input.Shape.Channels;
        DeviceArray<float> means = step.CreateArray<float>(partials, "partial means");
        DeviceArray<float> squares = step.CreateArray<float>(partials, "partial squares");
        GroupNormalizationLauncher.Partials(step.Device, partials, groups, input.View, slices, means.View, squares.View);
        GroupNormalizationLauncher.Statistics(
            step.Device, mean.Length, groups, input.View, slices, means.View, squares.View, epsilon, mean.View, inverseDeviation.View);
        Step.Release(means);
        Step.Release(squares);
    }

    private static void Normalize(
        Step step, ChannelGroups groups, Tensor input, Tensor? gamma, Tensor? beta, DeviceArray<float> mean, DeviceArray<float> inverseDeviation, Tensor output)
    {
        ArrayView<float> gammaView = gamma?.Data ?? default, betaView = beta?.Data ?? default;
        if (Fast(step, input) is { } cpu)
            GroupNormalizationCpu.Normalize(cpu, groups, input.View, gammaView, betaView, mean.View, inverseDeviation.View, output.View);
        else
            GroupNormalizationLauncher.Normalize(step.Device, output.Layout.Length, groups, input.View, gammaView, betaView, mean.View, inverseDeviation.View, output.View);
    }

    private static void Backward(
        Step step,
        ChannelGroups groups,
        Tensor input,
        Tensor outputGradient,
        Tensor? gamma,
        Tensor? beta,
        DeviceArray<float> mean,
        DeviceArray<float> inverseDeviation)
    {
        if (Fast(step, input) is { } cpu)
        {
            Backward(step, cpu, groups, input, outputGradient, gamma, beta, mean, inverseDeviation);
            return;
        }

        PixelSlices slices = PixelSlices.Of(input.Shape);
        int partials = slices.Count * input.Shape.Channels;
        DeviceArray<float> sums = step.CreateArray<float>(partials, "partial sums");
        DeviceArray<float> products = step.CreateArray<float>(partials, "partial products");
        GroupNormalizationBackwardLauncher.Partials(
            step.Device, partials, groups, input.View, outputGradient.View, mean.View, inverseDeviation.View, slices, sums.View, products.View);
        if (gamma is { RequiresGradient: true } || beta is { RequiresGradient: true })
            BackwardParameters(step, input.Shape.Channels, gamma, beta, sums, products);
        if (input.RequiresGradient)
            step.Accumulate(input, BackwardInput(step, groups, slices, input, outputGradient, gamma, mean, inverseDeviation, sums, products), BackwardWork(input, outputGradient));
        Step.Release(sums);
        Step.Release(products);
    }

    private static void Backward(
        Step step,
        CpuDevice cpu,
        ChannelGroups groups,
        Tensor input,
        Tensor outputGradient,
        Tensor? gamma,
        Tensor? beta,
        DeviceArray<float> mean,
        DeviceArray<float> inverseDeviation)
    {
        (Tensor betaGradient, Tensor gammaGradient) = ScaleAndShift.CreateGradients(step, input.Shape.Channels);
        Tensor? inputGradient = input.RequiresGradient ? step.CreateGradient(input) : null;
        GroupNormalizationCpu.Backward(
            cpu,
            groups,
            input.View,
            outputGradient.View,
            gamma?.Data ?? default,
            mean.View,
            inverseDeviation.View,
            betaGradient.Data,
            gammaGradient.Data,
            inputGradient?.View ?? default);
        if (inputGradient is not null)
            step.Accumulate(input, inputGradient, BackwardWork(input, outputGradient));
        ScaleAndShift.GiveOrRelease(step, beta, betaGradient);
        ScaleAndShift.GiveOrRelease(step, gamma, gammaGradient);
    }

    private static void BackwardParameters(Step step, int channels, Tensor? gamma, Tensor? beta, DeviceArray<float> sums, DeviceArray<float> products)
    {
        (Tensor betaGradient, Tensor gammaGradient) = ScaleAndShift.CreateGradients(step, channels);
        BatchNormalizationBackwardLauncher.Totals(step.Device, channels, sums.View, products.View, betaGradient.Data, gammaGradient.Data);
        ScaleAndShift.GiveOrRelease(step, beta, betaGradient);
        ScaleAndShift.GiveOrRelease(step, gamma, gammaGradient);
    }

    private static Tensor BackwardInput(
        Step step,
        ChannelGroups groups,
        PixelSlices slices,
        Tensor input,
        Tensor outputGradient,
        Tensor? gamma,
        DeviceArray<float> mean,
        DeviceArray<float> inverseDeviation,
        DeviceArray<float> sums,
        DeviceArray<float> products)
    {
        Tensor inputGradient = step.CreateGradient(input);
        ArrayView<float> gammaView = gamma?.Data ?? default;
        DeviceArray<float> groupSums = step.CreateArray<float>(mean.Length, "sums of groups");
        DeviceArray<float> groupProducts = step.CreateArray<float>(mean.Length, "products of groups");
        GroupNormalizationBackwardLauncher.GroupTotals(
            step.Device, mean.Length, groups, slices, gammaView, sums.View, products.View, groupSums.View, groupProducts.View);
        GroupNormalizationBackwardLauncher.Input(
            step.Device,
            inputGradient.Layout.Length,
            groups,
            input.View,
            outputGradient.Data,
            gammaView,
            mean.View,
            inverseDeviation.View,
            groupSums.View,
            groupProducts.View,
            inputGradient.View);
        Step.Release(groupSums);
        Step.Release(groupProducts);
        return inputGradient;
    }

    private static CpuDevice? Fast(Step step, Tensor input) =>
        CpuPath.Of(step.Device, GroupNormalizationCpu.Supports(input.Layout));

    private static void Check(Tensor input, int groups, Tensor? gamma, Tensor? beta, float epsilon)
    {
        TensorShape shape = input.Shape;
        if (groups < 1 || shape.Channels % groups != 0)
            throw new ArgumentException($"'{input.Name}' of shape {shape} has {shape.Channels} channels, which {groups} groups do not divide", nameof(groups));
        if (!(epsilon > 0f))
            throw new ArgumentException($"epsilon is {epsilon}; it must be above 0, or a constant image would divide by 0", nameof(epsilon));
        ScaleAndShift.Check(input, gamma, beta);
    }
}

using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.BatchNormalization;
using SegFromScratch.Kernels.Convolution.Cpu;
using SegFromScratch.Kernels.Cpu;
using SegFromScratch.Kernels.Ladders;
using SegFromScratch.Kernels.Profiling;

namespace SegFromScratch.Kernels.Convolution;

/// <summary>
/// For inference: a convolution and the batch normalisation after it, whose statistics stand still, as one operation.
/// The normalisation is a factor and an offset a channel, so that it costs no pass over memory:
/// gamma (w * x + b - m) / d + beta = s (w * x) + t with d = sqrt(v + epsilon), s = gamma / d and t = beta + s (b - m).
/// s and t are computed when weights are packed, and again when one of the parameters may have changed (<see cref="Tensor.Version"/>).
/// </summary>
public static class NormalizedConvolution
{
    /// <summary>y = normalisation(weight * x + bias), at least 0 with the fused ReLU. Shapes are those of <see cref="Convolution.Apply"/>.</summary>
    /// <param name="step">An inference step.</param>
    /// <param name="input">x, N,C,H,W.</param>
    /// <param name="weight">K,C/groups,kh,kw.</param>
    /// <param name="bias">1,K,1,1, or null.</param>
    /// <param name="options">Stride, padding, dilation, groups.</param>
    /// <param name="normalization">What follows the convolution.</param>
    /// <exception cref="InvalidOperationException">The step is one of training: there the statistics of the batch are needed first, and the tape.</exception>
    /// <exception cref="ArgumentException">The shapes do not fit together.</exception>
    public static Tensor Apply(Step step, Tensor input, Tensor weight, Tensor? bias, ConvolutionOptions options, in FrozenNormalization normalization) =>
        Compute(step, input, weight, bias, options, normalization, sum: null);

    /// <summary>
    /// y = normalisation(weight * x + bias) + added, at least 0 with the sum's ReLU: the end of a residual block. The kernels of matrix products on <c>opencl</c> and <c>cuda</c> add before they store,
    /// with the bits of <see cref="Apply"/> and an addition after it; elsewhere that is what runs.
    /// </summary>
    /// <param name="step">An inference step.</param>
    /// <param name="input">x, N,C,H,W.</param>
    /// <param name="weight">K,C/groups,kh,kw.</param>
    /// <param name="bias">1,K,1,1, or null.</param>
    /// <param name="options">Stride, padding, dilation, groups.</param>
    /// <param name="normalization">What follows the convolution, without a ReLU of its own.</param>
    /// <param name="sum">What is added to it.</param>
    /// <exception cref="InvalidOperationException">The step is one of training.</exception>
    /// <exception cref="ArgumentException">The shapes do not fit together, or the normalisation has a ReLU.</exception>
    public static Tensor ApplyAndAdd(
        Step step, Tensor input, Tensor weight, Tensor? bias, ConvolutionOptions options, in FrozenNormalization normalization, in ResidualSum sum)
    {
        ArgumentNullException.ThrowIfNull(sum.Added);
        if (normalization.Relu)
            throw new ArgumentException("a residual is added before the ReLU: give the sum's instead of the normalization's", nameof(normalization));
        return Compute(step, input, weight, bias, options, normalization, sum);
    }

    private static Tensor Compute(Step step, Tensor input, Tensor weight, Tensor? bias, ConvolutionOptions options, in FrozenNormalization normalization, ResidualSum? sum)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(weight);
        if (step.IsTraining)
            throw new InvalidOperationException("a convolution and its normalization are one operation in inference only");
        ConvolutionShape shape = ConvolutionShape.Create(input.Shape, weight.Shape, options);
        Convolution.CheckParameters(weight, bias, shape.OutputChannels);
        normalization.Check(shape.OutputChannels);
        Tensor output = step.Create(shape.Output, "normalized convolution");
        if (sum is { } given && given.Added.Layout != output.Layout)
            throw new ArgumentException($"cannot add '{given.Added.Name}' of shape {given.Added.Shape} to a convolution of shape {output.Shape}: the shapes must be equal", nameof(sum));
        if (CpuPath.Of(step.Device, ConvolutionCpu.Supports(shape, input.Layout, output.Layout)) is { } cpu)
        {
            ConvolutionCpu.Infer(cpu, shape, new ChannelPlanes(input.View), new InferenceWeights(weight, bias, normalization), output.View);
            step.Record(output, keep: [], static _ => { }, OperationWork.Convolution(OperationWork.Forward, shape, input, weight, bias, output));
            return Add(step, output, sum);
        }

        Rung rung = ConvolutionLadder.Choose(step.Device, shape, input.Layout, output.Layout);
        if (rung != Rung.Naive)
        {
            (TensorView folded, ArrayView<float> shift) = FoldedWeights.Of(weight, bias, normalization);
            ResidualSum? fused = ConvolutionLadder.Adds(rung, shape) ? sum : null;
            ConvolutionLadder.Forward(
                step.Device, rung, shape, input.View, folded, shift, output.View, fused?.Floor ?? (normalization.Relu ? 0f : float.NegativeInfinity), fused is { } adds ? adds.Added.ReadOnlyData : default);
            step.Record(output, keep: [], static _ => { }, OperationWork.Convolution(OperationWork.Forward, shape, input, weight, bias, fused?.Added, output));
            return fused is null ? Add(step, output, sum) : output;
        }

        Convolution.Forward(step, shape, input, weight, bias, output);
        Tensor normalized = normalization.Apply(step, output);
        Step.Release(output);
        return Add(step, normalized, sum);
    }

    // Releases the residual where there is a sum.
    private static Tensor Add(Step step, Tensor residual, ResidualSum? sum)
    {
        if (sum is null)
            return residual;
        Tensor output = sum.Value.Apply(step, residual);
        Step.Release(residual);
        return output;
    }

    /// <summary>As <see cref="Apply"/> of the concatenation of two tensors, which is not made where the device's kernels can read both.</summary>
    /// <param name="step">An inference step.</param>
    /// <param name="first">N,C1,H,W, the first channels of x.</param>
    /// <param name="second">N,C2,H,W, its other channels.</param>
    /// <param name="weight">K,(C1+C2)/groups,kh,kw.</param>
    /// <param name="bias">1,K,1,1, or null.</param>
    /// <param name="options">Stride, padding, dilation, groups.</param>
    /// <param name="normalization">What follows the convolution.</param>
    /// <exception cref="InvalidOperationException">The step is one of training.</exception>
    /// <exception cref="ArgumentException">The shapes do not fit together.</exception>
    public static Tensor ApplyJoined(
        Step step, Tensor first, Tensor second, Tensor weight, Tensor? bias, ConvolutionOptions options, in FrozenNormalization normalization)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(options);
        bool joins = options.Groups == 1 && !step.IsTraining && ChannelPlanes.CanJoin(first.Layout, second.Layout) && step.Device.ChannelBlock(weight.Shape.Batch) is 8 or 16;
        if (CpuPath.Of(step.Device, joins) is not { } cpu)
        {
            Tensor both = Concatenation.Concatenation.Apply(step, first, second);
            Tensor normalized = Apply(step, both, weight, bias, options, normalization);
            Step.Release(both);
            return normalized;
        }

        ConvolutionShape shape = ConvolutionShape.Create(first.Shape with { Channels = first.Shape.Channels + second.Shape.Channels }, weight.Shape, options);
        Convolution.CheckParameters(weight, bias, shape.OutputChannels);
        normalization.Check(shape.OutputChannels);
        Tensor output = step.Create(shape.Output, "normalized convolution");
        ConvolutionCpu.Infer(cpu, shape, new ChannelPlanes(first.View, second.View), new InferenceWeights(weight, bias, normalization), output.View);
        step.Record(output, keep: [], static _ => { }, OperationWork.Convolution(OperationWork.Forward, shape, first, second, weight, bias, output));
        return output;
    }
}

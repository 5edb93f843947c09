using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Convolution.Cpu;
using SegFromScratch.Kernels.Cpu;
using SegFromScratch.Kernels.Profiling;

namespace SegFromScratch.Kernels.Convolution;

/// <summary>The 2-D convolution: ordinary, strided, dilated (atrous), grouped and depthwise. PyTorch: <c>conv2d</c>.</summary>
public static class Convolution
{
    /// <summary>
    /// y = weight * x + bias. Shapes: input N,C,H,W; weight K,C/groups,kh,kw; bias 1,K,1,1; y is N,K,P,Q with P and Q as <see cref="WindowAxis.Output"/> gives them.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not fit together; weight or bias has a channel block other than 1.</exception>
    public static Tensor Apply(Step step, Tensor input, Tensor weight, Tensor? bias = null, ConvolutionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(weight);
        ConvolutionShape shape = ConvolutionShape.Create(input.Shape, weight.Shape, options ?? ConvolutionOptions.Default);
        CheckParameters(weight, bias, shape.OutputChannels);
        bool requiresGradient = input.RequiresGradient || weight.RequiresGradient || bias is { RequiresGradient: true };
        Tensor output = step.Create(shape.Output, "convolution", requiresGradient);
        Forward(step, shape, input, weight, bias, output);
        step.Record(output, keep: [weight.RequiresGradient ? input : null, input.RequiresGradient ? weight : null], saved: (input, weight, bias, shape), static (step, saved, outputGradient) =>
        {
            (Tensor input, Tensor weight, Tensor? bias, ConvolutionShape shape) = saved;
            if (input.RequiresGradient)
                step.Accumulate(input, BackwardInput(step, shape, weight, outputGradient, step.CreateGradient(input)), OperationWork.Convolution(OperationWork.InputGradient, shape, outputGradient, weight, input));
            if (weight.RequiresGradient)
                step.Accumulate(weight, BackwardWeight(step, shape, input, outputGradient, step.CreateGradient(weight)), OperationWork.Convolution(OperationWork.WeightGradient, shape, input, outputGradient, weight));
            if (bias is { RequiresGradient: true })
                step.Accumulate(bias, BackwardBias(step, outputGradient, step.CreateGradient(bias)), OperationWork.ConvolutionBias(shape, outputGradient, bias));
        }, OperationWork.Convolution(OperationWork.Forward, shape, input, weight, bias, output));
        return output;
    }

    /// <summary>Runs the forward pass into an output.</summary>
    internal static Tensor Forward(Step step, ConvolutionShape shape, Tensor input, Tensor weight, Tensor? bias, Tensor output)
    {
        ArrayView<float> biases = bias is null ? default : bias.ReadOnlyData;
        if (Fast(step, shape, input, output) is not { } cpu)
            ConvolutionLadder.Forward(step.Device, ConvolutionLadder.Choose(step.Device, shape, input.Layout, output.Layout), shape, input.View, weight.View, biases, output.View);
        else if (step.IsTraining)
            ConvolutionCpu.Forward(cpu, shape, input.View, weight.View, biases, output.View);
        else
            ConvolutionCpu.Infer(cpu, shape, new ChannelPlanes(input.View), new InferenceWeights(weight, bias, Normalization: null), output.View);
        return output;
    }

    /// <summary>Computes the derivative by the input.</summary>
    internal static Tensor BackwardInput(Step step, ConvolutionShape shape, Tensor weight, Tensor outputGradient, Tensor inputGradient)
    {
        if (Fast(step, shape, inputGradient, outputGradient) is { } cpu)
            ConvolutionCpu.BackwardInput(cpu, shape, outputGradient.View, weight.View, inputGradient.View);
        else
            ConvolutionLadder.BackwardInput(step.Device, ConvolutionLadder.Choose(step.Device, shape, inputGradient.Layout, outputGradient.Layout), shape, weight.View, outputGradient.View, inputGradient.View);
        return inputGradient;
    }

    /// <summary>Computes the derivative by the weight.</summary>
    internal static Tensor BackwardWeight(Step step, ConvolutionShape shape, Tensor input, Tensor outputGradient, Tensor weightGradient)
    {
        if (Fast(step, shape, input, outputGradient) is { } cpu)
            ConvolutionCpu.BackwardWeight(cpu, shape, input.View, outputGradient.View, weightGradient.View);
        else
            ConvolutionLadder.BackwardWeight(step.Device, ConvolutionLadder.Choose(step.Device, shape, input.Layout, outputGradient.Layout), shape, input.View, outputGradient.View, weightGradient.View);
        return weightGradient;
    }

    /// <summary>Computes the derivative by the bias.</summary>
    internal static Tensor BackwardBias(Step step, Tensor outputGradient, Tensor biasGradient)
    {
        if (CpuPath.Of(step.Device, outputGradient.Layout.ChannelBlock is 8 or 16) is { } cpu)
            ConvolutionCpu.BackwardBias(cpu, outputGradient.View, biasGradient.Data);
        else
            ConvolutionLauncher.BackwardBias(step.Device, biasGradient.Layout.Length, outputGradient.View, biasGradient.Data);
        return biasGradient;
    }

    /// <summary>The device, where it is the cpu and has SIMD kernels for these sizes and layouts; else null.</summary>
    internal static CpuDevice? Fast(Step step, in ConvolutionShape shape, Tensor input, Tensor output) =>
        CpuPath.Of(step.Device, ConvolutionCpu.Supports(shape, input.Layout, output.Layout));

    /// <summary>Checks that weight and bias lie as the kernels read them and that the bias has one number an output channel.</summary>
    internal static void CheckParameters(Tensor weight, Tensor? bias, int outputChannels)
    {
        if (weight.Layout.ChannelBlock != 1)
            throw new ArgumentException($"weight '{weight.Name}' has channel block {weight.Layout.ChannelBlock}: weights are kept with channel block 1", nameof(weight));
        if (bias is not null && (bias.Shape != TensorShape.Vector(outputChannels) || bias.Layout.ChannelBlock != 1))
            throw new ArgumentException($"bias '{bias.Name}' has layout {bias.Layout}: expected shape {TensorShape.Vector(outputChannels)} with channel block 1", nameof(bias));
    }
}

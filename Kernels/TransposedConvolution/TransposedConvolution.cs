using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Kernels.Convolution.Cpu;
using SegFromScratch.Kernels.Profiling;
using Convolving = SegFromScratch.Kernels.Convolution.Convolution;

namespace SegFromScratch.Kernels.TransposedConvolution;

/// <summary>The transposed convolution, also called up-convolution or (wrongly) deconvolution: learned upsampling. PyTorch: <c>conv_transpose2d</c>.</summary>
public static class TransposedConvolution
{
    /// <summary>
    /// y = weight (transposed) * x + bias. Shapes: input N,C,H,W; weight C,K/groups,kh,kw; bias 1,K,1,1; y is N,K,P,Q with
    /// P = (H - 1) * stride + dilation * (kh - 1) + 1 less the crops.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not fit together; weight or bias has a channel block other than 1.</exception>
    public static Tensor Apply(Step step, Tensor input, Tensor weight, Tensor? bias = null, TransposedConvolutionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(weight);
        ConvolutionShape shape = TransposedConvolutionShape.Create(input.Shape, weight.Shape, options ?? TransposedConvolutionOptions.Default);
        Convolving.CheckParameters(weight, bias, shape.InputChannels);
        bool requiresGradient = input.RequiresGradient || weight.RequiresGradient || bias is { RequiresGradient: true };
        Tensor output = step.Create(shape.Input, "transposed convolution", requiresGradient);
        Forward(step, shape, input, weight, bias, output);
        step.Record(output, keep: [weight.RequiresGradient ? input : null, input.RequiresGradient ? weight : null], saved: (input, weight, bias, shape), static (step, saved, outputGradient) =>
        {
            (Tensor input, Tensor weight, Tensor? bias, ConvolutionShape shape) = saved;
            if (input.RequiresGradient)
                step.Accumulate(input, BackwardInput(step, shape, weight, outputGradient, step.CreateGradient(input)), OperationWork.TransposedConvolution(OperationWork.InputGradient, shape, outputGradient, weight, input));
            if (weight.RequiresGradient)
                step.Accumulate(weight, BackwardWeight(step, shape, input, outputGradient, step.CreateGradient(weight)), OperationWork.TransposedConvolution(OperationWork.WeightGradient, shape, input, outputGradient, weight));
            if (bias is { RequiresGradient: true })
                step.Accumulate(bias, Convolving.BackwardBias(step, outputGradient, step.CreateGradient(bias)), OperationWork.Elementwise("transposed convolution", OperationWork.BiasGradient, 1, outputGradient.Shape, outputGradient, bias));
        }, OperationWork.TransposedConvolution(OperationWork.Forward, shape, input, weight, bias, output));
        return output;
    }

    /// <summary>Runs the forward pass into an output; the shape is that of the convolution whose input gradient it is.</summary>
    internal static void Forward(Step step, ConvolutionShape shape, Tensor input, Tensor weight, Tensor? bias, Tensor output)
    {
        if (Convolving.Fast(step, shape, output, input) is { } cpu)
        {
            if (step.IsTraining)
                ConvolutionCpu.ForwardTransposed(cpu, shape, input.View, weight.View, bias is null ? default : bias.Data, output.View);
            else
                ConvolutionCpu.InferTransposed(cpu, shape, input.View, new InferenceWeights(weight, bias, Normalization: null), output.View);
            return;
        }

        Convolving.BackwardInput(step, shape, weight, input, output);
        if (bias is not null)
            TransposedConvolutionLauncher.AddBias(step.Device, output.Layout.Length, bias.Data, output.View);
    }

    /// <summary>Computes the derivative by the input.</summary>
    internal static Tensor BackwardInput(Step step, ConvolutionShape shape, Tensor weight, Tensor outputGradient, Tensor inputGradient) =>
        Convolving.Forward(step, shape, outputGradient, weight, bias: null, inputGradient);

    /// <summary>Computes the derivative by the weight: the convolution's input is our output, and its output gradient is our input.</summary>
    internal static Tensor BackwardWeight(Step step, ConvolutionShape shape, Tensor input, Tensor outputGradient, Tensor weightGradient) =>
        Convolving.BackwardWeight(step, shape, outputGradient, input, weightGradient);
}

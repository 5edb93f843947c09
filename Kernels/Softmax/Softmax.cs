using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Cpu;
using SegFromScratch.Kernels.Profiling;

namespace SegFromScratch.Kernels.Softmax;

/// <summary>Class probabilities of each pixel from its logits, over the channels. PyTorch: <c>softmax(dim=1)</c>, <c>log_softmax(dim=1)</c>.</summary>
public static class Softmax
{
    /// <summary>y_c = exp(x_c) / sum over k of exp(x_k). Shapes: x and y are N,C,H,W.</summary>
    public static Tensor Apply(Step step, Tensor input) => Apply(step, input, logarithm: false);

    /// <summary>y_c = x_c - log(sum over k of exp(x_k)): accurate where the probability itself rounds to 0 or 1. Shapes: x and y are N,C,H,W.</summary>
    public static Tensor ApplyLogarithm(Step step, Tensor input) => Apply(step, input, logarithm: true);

    private static Tensor Apply(Step step, Tensor input, bool logarithm)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(input);
        Tensor output = Forward(step, input, logarithm);
        step.Record(output, keep: [output], outputGradient =>
            step.Accumulate(input, BackwardInput(step, output, outputGradient, logarithm), OperationWork.Elementwise("softmax", OperationWork.InputGradient, 4, output.Shape, output, outputGradient, input)),
            OperationWork.Elementwise("softmax", OperationWork.Forward, 5, output.Shape, input, output));
        return output;
    }

    private static Tensor Forward(Step step, Tensor input, bool logarithm)
    {
        Tensor output = step.Create(input.Layout, "softmax", input.RequiresGradient);
        if (CpuPath.Of(step.Device, SoftmaxCpu.Supports(input.Layout)) is { } cpu)
            SoftmaxCpu.Forward(cpu, input.View, output.View, logarithm);
        else
            SoftmaxLauncher.Forward(step.Device, Pixels(input), input.View, output.View, logarithm ? 1 : 0);
        return output;
    }

    private static Tensor BackwardInput(Step step, Tensor output, Tensor outputGradient, bool logarithm)
    {
        Tensor inputGradient = step.CreateGradient(output);
        if (CpuPath.Of(step.Device, SoftmaxCpu.Supports(output.Layout)) is { } cpu)
            SoftmaxCpu.Backward(cpu, output.View, outputGradient.View, inputGradient.View, logarithm);
        else
            SoftmaxLauncher.Backward(step.Device, Pixels(output), output.View, outputGradient.View, inputGradient.View, logarithm ? 1 : 0);
        return inputGradient;
    }

    private static int Pixels(Tensor tensor) => tensor.Shape.Batch * tensor.Shape.Height * tensor.Shape.Width;
}

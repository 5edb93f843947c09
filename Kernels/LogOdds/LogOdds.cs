using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Cpu;
using SegFromScratch.Kernels.Profiling;

namespace SegFromScratch.Kernels.LogOdds;

/// <summary>
/// From the logits of a softmax to those of independent questions: the sigmoid of the result is the softmax of the input. So losses on sigmoids serve class maps too.
/// </summary>
public static class LogOdds
{
    /// <summary>y_c = log(p_c / (1 - p_c)) with p = softmax(x), computed as x_c - log(sum over k ≠ c of exp(x_k)). Shapes: x and y are N,C,H,W with C at least 2.</summary>
    /// <exception cref="ArgumentException">There is one channel: its probability is always 1.</exception>
    public static Tensor Apply(Step step, Tensor input)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(input);
        if (input.Shape.Channels < 2)
            throw new ArgumentException($"the log-odds of '{input.Name}' of shape {input.Shape} need at least 2 classes", nameof(input));
        Tensor output = step.Create(input.Layout, "log-odds", input.RequiresGradient);
        Forward(step, input, output);
        // An exponential and a logarithm each way, counted as one operation each.
        step.Record(output, keep: [input], outputGradient =>
            step.Accumulate(input, BackwardInput(step, input, outputGradient), OperationWork.Elementwise("log-odds", OperationWork.InputGradient, 12, input.Shape, input, outputGradient, input)),
            OperationWork.Elementwise("log-odds", OperationWork.Forward, 8, input.Shape, input, output));
        return output;
    }

    private static void Forward(Step step, Tensor input, Tensor output)
    {
        if (CpuPath.Of(step.Device, LogOddsCpu.Supports(input.Layout)) is { } cpu)
            LogOddsCpu.Forward(cpu, input.View, output.View);
        else
            LogOddsLauncher.Forward(step.Device, Pixels(input), input.View, output.View);
    }

    private static Tensor BackwardInput(Step step, Tensor input, Tensor outputGradient)
    {
        Tensor inputGradient = step.CreateGradient(input);
        if (CpuPath.Of(step.Device, LogOddsCpu.Supports(input.Layout)) is { } cpu)
            LogOddsCpu.Backward(cpu, input.View, outputGradient.View, inputGradient.View);
        else
            LogOddsLauncher.Backward(step.Device, Pixels(input), input.View, outputGradient.View, inputGradient.View);
        return inputGradient;
    }

    private static int Pixels(Tensor tensor) => tensor.Shape.Batch * tensor.Shape.Height * tensor.Shape.Width;
}

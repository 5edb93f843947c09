using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Profiling;

namespace SegFromScratch.Kernels.Scale;

/// <summary>A tensor times a number: the weights of combined losses, auxiliary heads. PyTorch: <c>mul</c>.</summary>
public static class Scale
{
    /// <summary>y = factor * x. Shapes: x and y are N,C,H,W.</summary>
    public static Tensor Apply(Step step, Tensor input, float factor)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(input);
        Tensor output = Multiply(step, input, factor, input.RequiresGradient);
        step.Record(output, keep: [], saved: (input, factor), static (step, saved, outputGradient) =>
            step.Accumulate(saved.input, Multiply(step, outputGradient, saved.factor, requiresGradient: false), OperationWork.Elementwise("scale", OperationWork.InputGradient, 1, outputGradient.Shape, outputGradient, saved.input)),
            OperationWork.Elementwise("scale", OperationWork.Forward, 1, output.Shape, input, output));
        return output;
    }

    private static Tensor Multiply(Step step, Tensor input, float factor, bool requiresGradient)
    {
        Tensor output = step.Create(input.Layout, "scale", requiresGradient);
        ScaleLauncher.Multiply(step.Device, output.Layout.Length, input.Data, factor, output.Data);
        return output;
    }
}

using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Cpu.Gathering;
using SegFromScratch.Kernels.Profiling;

namespace SegFromScratch.Kernels.AveragePooling;

/// <summary>Average pooling: each window of the image becomes its mean. PyTorch: <c>avg_pool2d</c>.</summary>
public static class AveragePooling
{
    /// <summary>y[n,c,p,q] = mean of x over window p,q. Shapes: input N,C,H,W; y is N,C,P,Q with P and Q as <see cref="AveragePoolingShape.Create"/> computes them.</summary>
    /// <exception cref="ArgumentException">The window does not fit, or the padding is as large as the window.</exception>
    public static Tensor Apply(Step step, Tensor input, AveragePoolingOptions options)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(input);
        AveragePoolingShape shape = AveragePoolingShape.Create(input.Shape, options);
        Tensor output = step.Create(input.Shape with { Height = shape.Rows.Output, Width = shape.Columns.Output }, "average pooling", input.RequiresGradient);
        Forward(step, shape, input, output);
        step.Record(output, keep: [], outputGradient =>
            step.Accumulate(input, Backward(step, shape, outputGradient, step.CreateGradient(input)), OperationWork.Elementwise("average pooling", OperationWork.InputGradient, options.KernelHeight * options.KernelWidth, output.Shape, outputGradient, input)),
            OperationWork.Elementwise("average pooling", OperationWork.Forward, options.KernelHeight * options.KernelWidth, output.Shape, input, output));
        return output;
    }

    private static void Forward(Step step, AveragePoolingShape shape, Tensor input, Tensor output)
    {
        if (!SeparableGather.TryForward(step.Device, new WindowReads(shape.Rows), new WindowReads(shape.Columns), input.View, output.View))
            AveragePoolingLauncher.Forward(step.Device, output.Layout.Length, shape, input.View, output.View);
    }

    private static Tensor Backward(Step step, AveragePoolingShape shape, Tensor outputGradient, Tensor inputGradient)
    {
        if (!SeparableGather.TryBackward(step.Device, new WindowReads(shape.Rows), new WindowReads(shape.Columns), outputGradient.View, inputGradient.View))
            AveragePoolingLauncher.Backward(step.Device, inputGradient.Layout.Length, shape, outputGradient.View, inputGradient.View);
        return inputGradient;
    }
}

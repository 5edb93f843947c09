using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Profiling;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Cpu;
using SegFromScratch.Kernels.Profiling;

namespace SegFromScratch.Kernels.MaxPooling;

/// <summary>Max pooling: each window of the image becomes its largest number. PyTorch: <c>max_pool2d</c>.</summary>
public static class MaxPooling
{
    /// <summary>y[n,c,p,q] = max of x over window p,q. Shapes: input N,C,H,W; y is N,C,P,Q with P and Q as <see cref="MaxPoolingShape.Create"/> computes them.</summary>
    /// <exception cref="ArgumentException">The window does not fit.</exception>
    public static Tensor Apply(Step step, Tensor input, MaxPoolingOptions options)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(input);
        MaxPoolingShape shape = MaxPoolingShape.Create(input.Shape, options);
        Tensor output = CreateOutput(step, shape, input);
        if (!output.RequiresGradient && Fast(step, input, output) is { } cpu)
        {
            MaxPoolingCpu.Values(cpu, shape, input.View, output.View);
            step.Record(output, keep: [], static _ => { }, ForwardWork(shape, input, output, indices: null));
            return output;
        }

        Step.Release(WithIndices(step, shape, input, output));
        return output;
    }

    /// <summary>As <see cref="Apply"/>, and hands out where the maxima lie, for a later unpooling.</summary>
    /// <exception cref="ArgumentException">The window does not fit.</exception>
    public static MaxPoolingResult ApplyWithIndices(Step step, Tensor input, MaxPoolingOptions options)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(input);
        MaxPoolingShape shape = MaxPoolingShape.Create(input.Shape, options);
        Tensor output = CreateOutput(step, shape, input);
        return new MaxPoolingResult(output, WithIndices(step, shape, input, output));
    }

    private static Tensor CreateOutput(Step step, MaxPoolingShape shape, Tensor input) =>
        step.Create(input.Shape with { Height = shape.OutputHeight, Width = shape.OutputWidth }, "max pooling", input.RequiresGradient);

    private static Work ForwardWork(MaxPoolingShape shape, Tensor input, Tensor output, DeviceArray<int>? indices) =>
        OperationWork.Elementwise("max pooling", OperationWork.Forward, (shape.KernelHeight * shape.KernelWidth) - 1, output.Shape, input, output, indices);

    private static DeviceArray<int> WithIndices(Step step, MaxPoolingShape shape, Tensor input, Tensor output)
    {
        DeviceArray<int> indices = step.CreateArray<int>(output.Layout.Length, "indices of max pooling");
        Forward(step, shape, input, output, indices);
        step.Record(output, keep: [indices], saved: (input, indices, shape), static (step, saved, outputGradient) =>
            step.Accumulate(saved.input, Backward(step, saved.shape, outputGradient, saved.indices, step.CreateGradient(saved.input)), OperationWork.Elementwise("max pooling", OperationWork.InputGradient, 1, outputGradient.Shape, outputGradient, saved.indices, saved.input)),
            ForwardWork(shape, input, output, indices));
        return indices;
    }

    private static void Forward(Step step, MaxPoolingShape shape, Tensor input, Tensor output, DeviceArray<int> indices)
    {
        if (Fast(step, input, output) is { } cpu)
            MaxPoolingCpu.Forward(cpu, shape, input.View, output.View, indices.View);
        else
            MaxPoolingLauncher.Forward(step.Device, output.Layout.Length, shape, input.View, output.View, indices.View);
    }

    private static Tensor Backward(Step step, MaxPoolingShape shape, Tensor outputGradient, DeviceArray<int> indices, Tensor inputGradient)
    {
        if (Fast(step, inputGradient, outputGradient) is { } cpu)
            MaxPoolingCpu.Backward(cpu, shape, outputGradient.View, indices.View, inputGradient.View);
        else
            MaxPoolingLauncher.Backward(step.Device, inputGradient.Layout.Length, shape, outputGradient.View, indices.View, inputGradient.View);
        return inputGradient;
    }

    private static CpuDevice? Fast(Step step, Tensor input, Tensor output) =>
        CpuPath.Of(step.Device, MaxPoolingCpu.Supports(input.Layout) && input.Layout.ChannelBlock == output.Layout.ChannelBlock);
}

using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Cpu.Gathering;
using SegFromScratch.Kernels.Profiling;

namespace SegFromScratch.Kernels.AdaptiveAveragePooling;

/// <summary>Average pooling to a given size, whatever the size of the image: pyramid pooling, image-level features. PyTorch: <c>adaptive_avg_pool2d</c>.</summary>
public static class AdaptiveAveragePooling
{
    /// <summary>y[n,c,p,q] = mean of x over rows floor(p H / P) to ceil((p + 1) H / P) and columns alike, ends exclusive. Shapes: input N,C,H,W; y is N,C,P,Q.</summary>
    /// <param name="step">The running step.</param>
    /// <param name="input">x, N,C,H,W.</param>
    /// <param name="outputHeight">P; it may exceed H.</param>
    /// <param name="outputWidth">Q; it may exceed W.</param>
    /// <exception cref="ArgumentException">The output size is below 1.</exception>
    public static Tensor Apply(Step step, Tensor input, int outputHeight, int outputWidth)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(input);
        if (outputHeight < 1 || outputWidth < 1)
            throw new ArgumentException($"'{input.Name}' cannot be pooled to {outputHeight}x{outputWidth}: both must be at least 1");
        var rows = new AdaptiveAxis(input.Shape.Height, outputHeight);
        var columns = new AdaptiveAxis(input.Shape.Width, outputWidth);
        Tensor output = step.Create(input.Shape with { Height = outputHeight, Width = outputWidth }, "adaptive average pooling", input.RequiresGradient);
        Forward(step, rows, columns, input, output);
        step.Record(output, keep: [], outputGradient =>
            step.Accumulate(input, Backward(step, rows, columns, outputGradient, step.CreateGradient(input)), OperationWork.Elementwise("adaptive average pooling", OperationWork.InputGradient, 1, input.Shape, outputGradient, input)),
            OperationWork.Elementwise("adaptive average pooling", OperationWork.Forward, 1, input.Shape, input, output));
        return output;
    }

    /// <summary>y[n,c,0,0] = mean of x over the whole image. Shapes: input N,C,H,W; y is N,C,1,1. Keras: <c>GlobalAveragePooling2D</c>.</summary>
    public static Tensor Global(Step step, Tensor input) => Apply(step, input, 1, 1);

    private static void Forward(Step step, AdaptiveAxis rows, AdaptiveAxis columns, Tensor input, Tensor output)
    {
        if (!SeparableGather.TryForward(step.Device, new AdaptiveWindowReads(rows), new AdaptiveWindowReads(columns), input.View, output.View))
            AdaptiveAveragePoolingLauncher.Forward(step.Device, output.Layout.Length, rows, columns, input.View, output.View);
    }

    private static Tensor Backward(Step step, AdaptiveAxis rows, AdaptiveAxis columns, Tensor outputGradient, Tensor inputGradient)
    {
        if (!SeparableGather.TryBackward(step.Device, new AdaptiveWindowReads(rows), new AdaptiveWindowReads(columns), outputGradient.View, inputGradient.View))
            AdaptiveAveragePoolingLauncher.Backward(step.Device, inputGradient.Layout.Length, rows, columns, outputGradient.View, inputGradient.View);
        return inputGradient;
    }
}

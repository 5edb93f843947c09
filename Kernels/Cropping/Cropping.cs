using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Cpu.Gathering;
using SegFromScratch.Kernels.Profiling;

namespace SegFromScratch.Kernels.Cropping;

/// <summary>Cuts a window out of images. PyTorch: slicing.</summary>
public static class Cropping
{
    /// <summary>Shapes: input N,C,H,W; the output is N,C and the window's height and width.</summary>
    /// <exception cref="ArgumentException">The window does not lie in the image, or is empty.</exception>
    public static Tensor Apply(Step step, Tensor input, CropWindow window)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(input);
        TensorShape shape = input.Shape;
        if (window.Top < 0 || window.Left < 0 || window.Height < 1 || window.Width < 1
            || window.Top > shape.Height - window.Height || window.Left > shape.Width - window.Width)
            throw new ArgumentException($"a window of {window.Height}x{window.Width} at row {window.Top}, column {window.Left} does not lie in '{input.Name}' of shape {shape}", nameof(window));
        Tensor output = step.Create(shape with { Height = window.Height, Width = window.Width }, "cropping", input.RequiresGradient);
        Forward(step, window, input, output);
        step.Record(output, keep: [], outputGradient =>
            step.Accumulate(input, Backward(step, window, outputGradient, step.CreateGradient(input)), OperationWork.Elementwise("cropping", OperationWork.InputGradient, 0, input.Shape, outputGradient, input)),
            OperationWork.Elementwise("cropping", OperationWork.Forward, 0, output.Shape, output, output));
        return output;
    }

    private static void Forward(Step step, CropWindow window, Tensor input, Tensor output)
    {
        if (!SeparableGather.TryForward(step.Device, Rows(input, window), Columns(input, window), input.View, output.View))
            CroppingLauncher.Forward(step.Device, output.Layout.Length, window, input.View, output.View);
    }

    private static Tensor Backward(Step step, CropWindow window, Tensor outputGradient, Tensor inputGradient)
    {
        if (!SeparableGather.TryBackward(step.Device, Rows(inputGradient, window), Columns(inputGradient, window), outputGradient.View, inputGradient.View))
            CroppingLauncher.Backward(step.Device, inputGradient.Layout.Length, window, outputGradient.View, inputGradient.View);
        return inputGradient;
    }

    private static CropReads Rows(Tensor input, CropWindow window) => new(input.Shape.Height, window.Top, window.Height);

    private static CropReads Columns(Tensor input, CropWindow window) => new(input.Shape.Width, window.Left, window.Width);
}

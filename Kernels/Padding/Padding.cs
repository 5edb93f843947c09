using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Cpu.Gathering;
using SegFromScratch.Kernels.Profiling;

namespace SegFromScratch.Kernels.Padding;

/// <summary>Adds rows and columns around images. PyTorch: <c>pad</c>.</summary>
public static class Padding
{
    /// <summary>Shapes: input N,C,H,W; the output is N,C,H + top + bottom,W + left + right.</summary>
    /// <param name="step">Where it is recorded.</param>
    /// <param name="input">The images.</param>
    /// <param name="sizes">Rows and columns to add.</param>
    /// <param name="mode">What they hold.</param>
    /// <param name="value">What they hold with <see cref="PaddingMode.Constant"/>.</param>
    /// <exception cref="ArgumentException">A size is negative, or a reflection would need more pixels than the image has.</exception>
    public static Tensor Apply(Step step, Tensor input, PaddingSizes sizes, PaddingMode mode = PaddingMode.Constant, float value = 0)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(input);
        PaddingAxis rows = Axis("rows", input.Shape.Height, sizes.Top, sizes.Bottom, mode);
        PaddingAxis columns = Axis("columns", input.Shape.Width, sizes.Left, sizes.Right, mode);
        Tensor output = step.Create(input.Shape with { Height = rows.Output, Width = columns.Output }, "padding", input.RequiresGradient);
        Forward(step, rows, columns, value, input, output);
        step.Record(output, keep: [], outputGradient =>
            step.Accumulate(input, Backward(step, rows, columns, outputGradient, step.CreateGradient(input)), OperationWork.Elementwise("padding", OperationWork.InputGradient, 0, output.Shape, outputGradient, input)),
            OperationWork.Elementwise("padding", OperationWork.Forward, 0, output.Shape, input, output));
        return output;
    }

    private static void Forward(Step step, PaddingAxis rows, PaddingAxis columns, float value, Tensor input, Tensor output)
    {
        // A gather gives zeros where an output reads nothing: it has no other constant.
        bool isGather = value == 0 || rows.Mode != (int)PaddingMode.Constant;
        if (!isGather || !SeparableGather.TryForward(step.Device, new PaddingReads(rows), new PaddingReads(columns), input.View, output.View))
            PaddingLauncher.Forward(step.Device, output.Layout.Length, rows, columns, value, input.View, output.View);
    }

    private static Tensor Backward(Step step, PaddingAxis rows, PaddingAxis columns, Tensor outputGradient, Tensor inputGradient)
    {
        if (!SeparableGather.TryBackward(step.Device, new PaddingReads(rows), new PaddingReads(columns), outputGradient.View, inputGradient.View))
            PaddingLauncher.Backward(step.Device, inputGradient.Layout.Length, rows, columns, outputGradient.View, inputGradient.View);
        return inputGradient;
    }

    private static PaddingAxis Axis(string name, int input, int before, int after, PaddingMode mode)
    {
        if (before < 0 || after < 0)
            throw new ArgumentException($"{name}: padding of {before} before and {after} after must not be negative; crop instead");
        if (mode == PaddingMode.Reflect && (before >= input || after >= input))
            throw new ArgumentException($"{name}: {input} pixels can be reflected into at most {input - 1} beyond each edge, not {before} before and {after} after");
        return new PaddingAxis(input, before, after, (int)mode);
    }
}

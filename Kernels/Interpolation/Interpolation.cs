using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Profiling;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Cpu;
using SegFromScratch.Kernels.Cpu.Gathering;
using SegFromScratch.Kernels.Profiling;

namespace SegFromScratch.Kernels.Interpolation;

/// <summary>Resizes images to any size, larger or smaller, without antialiasing. PyTorch: <c>interpolate(size=..., mode=..., align_corners=...)</c>.</summary>
public static class Interpolation
{
    // Twice the product of an axis' two sizes is computed in 32-bit numbers.
    private const long LargestProduct = int.MaxValue / 4;

    /// <summary>y = x read at height x width places. Shapes: input N,C,H,W; y is N,C,height,width.</summary>
    /// <exception cref="ArgumentException">A size is below 1, or too large for 32-bit positions.</exception>
    public static Tensor Apply(Step step, Tensor input, int height, int width, InterpolationMode mode)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(input);
        CheckSizes(input.Shape, height, width);
        Tensor output = step.Create(input.Shape with { Height = height, Width = width }, "interpolation", input.RequiresGradient);
        Forward(step, input, output, mode);
        step.Record(output, keep: [], saved: (input, mode), static (step, saved, outputGradient) =>
            step.Accumulate(saved.input, Backward(step, outputGradient, step.CreateGradient(saved.input), saved.mode), Work(OperationWork.InputGradient, saved.input, outputGradient, saved.mode)),
            Work(OperationWork.Forward, input, output, mode));
        return output;
    }

    // Bilinear: four products and three sums an output pixel, four multiply-adds on the way back. Nearest: a copy, a sum on the way back.
    private static Work Work(string pass, Tensor input, Tensor output, InterpolationMode mode)
    {
        long operations = (mode == InterpolationMode.Nearest, pass == OperationWork.Forward) switch
        {
            (true, true) => 0,
            (true, false) => 1,
            (false, true) => 7,
            (false, false) => 8,
        };
        return OperationWork.Elementwise("interpolation", pass, operations, output.Shape, input, output);
    }

    private static void Forward(Step step, Tensor input, Tensor output, InterpolationMode mode)
    {
        int extent = output.Layout.Length;
        if (Fast(step, input, output) is { } cpu)
        {
            if (mode == InterpolationMode.Nearest)
                InterpolationCpu.NearestForward(cpu, NearestRows(input, output), NearestColumns(input, output), input.View, output.View, output.RequiresGradient);
            else
                InterpolationCpu.BilinearForward(cpu, BilinearRows(input, output, mode), BilinearColumns(input, output, mode), input.View, output.View, output.RequiresGradient);
            return;
        }

        if (mode == InterpolationMode.Nearest)
            InterpolationLauncher.NearestForward(step.Device, extent, NearestRows(input, output), NearestColumns(input, output), input.View, output.View);
        else
            InterpolationLauncher.BilinearForward(step.Device, extent, BilinearRows(input, output, mode), BilinearColumns(input, output, mode), input.View, output.View);
    }

    private static Tensor Backward(Step step, Tensor outputGradient, Tensor inputGradient, InterpolationMode mode)
    {
        int extent = inputGradient.Layout.Length;
        if (Fast(step, inputGradient, outputGradient) is { } cpu)
        {
            if (mode == InterpolationMode.Nearest)
                InterpolationCpu.NearestBackward(cpu, NearestRows(inputGradient, outputGradient), NearestColumns(inputGradient, outputGradient), outputGradient.View, inputGradient.View);
            else
                InterpolationCpu.BilinearBackward(cpu, BilinearRows(inputGradient, outputGradient, mode), BilinearColumns(inputGradient, outputGradient, mode), outputGradient.View, inputGradient.View);
            return inputGradient;
        }

        if (mode == InterpolationMode.Nearest)
            InterpolationLauncher.NearestBackward(step.Device, extent, NearestRows(inputGradient, outputGradient), NearestColumns(inputGradient, outputGradient), outputGradient.View, inputGradient.View);
        else
            InterpolationLauncher.BilinearBackward(step.Device, extent, BilinearRows(inputGradient, outputGradient, mode), BilinearColumns(inputGradient, outputGradient, mode), outputGradient.View, inputGradient.View);
        return inputGradient;
    }

    private static CpuDevice? Fast(Step step, Tensor input, Tensor output) =>
        CpuPath.Of(step.Device, SeparableGather.Supports(input.Layout, output.Layout));

    private static NearestAxis NearestRows(Tensor input, Tensor output) => NearestAxis.Create(input.Shape.Height, output.Shape.Height);

    private static NearestAxis NearestColumns(Tensor input, Tensor output) => NearestAxis.Create(input.Shape.Width, output.Shape.Width);

    private static BilinearAxis BilinearRows(Tensor input, Tensor output, InterpolationMode mode) => Axis(input.Shape.Height, output.Shape.Height, mode);

    private static BilinearAxis BilinearColumns(Tensor input, Tensor output, InterpolationMode mode) => Axis(input.Shape.Width, output.Shape.Width, mode);

    private static BilinearAxis Axis(int input, int output, InterpolationMode mode) =>
        mode == InterpolationMode.Bilinear ? BilinearAxis.HalfPixel(input, output) : BilinearAxis.AlignCorners(input, output);

    private static void CheckSizes(TensorShape input, int height, int width)
    {
        if (height < 1 || width < 1)
            throw new ArgumentException($"cannot interpolate an input of shape {input} to {height}x{width}: sizes must be at least 1", nameof(height));
        if ((long)(input.Height + 1) * (height + 1) > LargestProduct || (long)(input.Width + 1) * (width + 1) > LargestProduct)
            throw new ArgumentException($"cannot interpolate an input of shape {input} to {height}x{width}: the product of an axis' sizes must stay below {LargestProduct}", nameof(height));
    }
}

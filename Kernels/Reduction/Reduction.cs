using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Cpu;
using SegFromScratch.Kernels.Profiling;

namespace SegFromScratch.Kernels.Reduction;

/// <summary>Sum and mean of all elements of a tensor, always in the same order. PyTorch: <c>sum</c>, <c>mean</c>.</summary>
public static class Reduction
{
    // For a million numbers about the square root of their count: each thread, and then the last one, adds a thousand.
    private const int MostPartials = 1024;
    private const int SmallestRange = 64;

    /// <summary>y = sum of x. Shapes: x is N,C,H,W; y is a scalar, 1,1,1,1.</summary>
    public static Tensor Sum(Step step, Tensor input) => Apply(step, input, 1f, "sum");

    /// <summary>y = sum of x / (N C H W). Shapes: x is N,C,H,W; y is a scalar, 1,1,1,1.</summary>
    public static Tensor Mean(Step step, Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return Apply(step, input, (float)(1.0 / input.Shape.Elements), "mean");
    }

    /// <summary>total[0] = factor * sum of values, outside the tape: for operations that need a sum on the way.</summary>
    /// <param name="step">The running step.</param>
    /// <param name="values">The numbers, padding included, which holds zeros.</param>
    /// <param name="total">One element, written.</param>
    /// <param name="factor">Multiplies the sum.</param>
    public static void Total(Step step, ArrayView<float> values, ArrayView<float> total, float factor = 1f)
    {
        ArgumentNullException.ThrowIfNull(step);
        if (CpuPath.Of(step.Device) is { } cpu)
        {
            ReductionCpu.Total(cpu, values, total, factor);
            return;
        }

        int range = Math.Max(SmallestRange, (values.Length + MostPartials - 1) / MostPartials);
        int ranges = (values.Length + range - 1) / range;
        DeviceArray<float> partials = step.CreateArray<float>(ranges, "partial sums");
        ReductionLauncher.Partials(step.Device, ranges, values, range, partials.View);
        ReductionLauncher.Total(step.Device, 1, partials.View, factor, total);
        Step.Release(partials);
    }

    private static Tensor Apply(Step step, Tensor input, float factor, string name)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(input);
        Tensor output = step.Create(new TensorLayout(TensorShape.Scalar, 1), name, input.RequiresGradient);
        Total(step, input.Data, output.Data, factor);
        step.Record(output, keep: [], outputGradient =>
            step.Accumulate(input, BackwardInput(step, outputGradient, factor, input), OperationWork.Elementwise(name, OperationWork.InputGradient, 0, input.Shape, input)),
            OperationWork.Elementwise(name, OperationWork.Forward, 1, input.Shape, input));
        return output;
    }

    private static Tensor BackwardInput(Step step, Tensor outputGradient, float factor, Tensor input)
    {
        Tensor inputGradient = step.CreateGradient(input);
        ReductionLauncher.Backward(step.Device, inputGradient.Layout.Length, outputGradient.Data, factor, inputGradient.View);
        return inputGradient;
    }
}

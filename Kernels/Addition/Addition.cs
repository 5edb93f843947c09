using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Cpu;
using SegFromScratch.Kernels.Profiling;

namespace SegFromScratch.Kernels.Addition;

/// <summary>The sum of two tensors of the same shape: residual connections, fused skip connections. PyTorch: <c>add</c>.</summary>
public static class Addition
{
    /// <summary>y = a + b. Shapes: a, b and y are N,C,H,W. Both gradients are that of y.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Tensor Apply(Step step, Tensor a, Tensor b)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        if (a.Layout != b.Layout)
            throw new ArgumentException($"cannot add '{b.Name}' of shape {b.Shape} to '{a.Name}' of shape {a.Shape}: the shapes must be equal", nameof(b));
        Tensor output = step.Create(a.Layout, "addition", a.RequiresGradient || b.RequiresGradient);
        Forward(step, a, b, output);
        step.Record(output, keep: [], saved: (a, b), static (step, saved, outputGradient) =>
        {
            // The gradient is passed on unchanged: each input that takes it counts as one more user.
            foreach (Tensor input in (ReadOnlySpan<Tensor>)[saved.a, saved.b])
            {
                if (!input.RequiresGradient)
                    continue;
                Step.Retain(outputGradient);
                step.Accumulate(input, outputGradient);
            }
        }, OperationWork.Elementwise("addition", OperationWork.Forward, 1, output.Shape, a, b, output));
        return output;
    }

    private static void Forward(Step step, Tensor a, Tensor b, Tensor output)
    {
        if (CpuPath.Of(step.Device) is { } cpu)
            AdditionCpu.Forward(cpu, a.Data, b.Data, output.Data);
        else
            AdditionLauncher.Forward(step.Device, output.Layout.Length, a.Data, b.Data, output.Data);
    }
}

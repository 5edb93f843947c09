using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Activation;
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
        Tensor output = Create(step, a, b, "addition");
        if (CpuPath.Of(step.Device) is { } cpu)
            AdditionCpu.Forward(cpu, a.Data, b.Data, output.Data);
        else
            AdditionLauncher.Forward(step.Device, output.Layout.Length, a.Data, b.Data, output.Data);
        step.Record(output, keep: [], saved: (a, b), static (step, saved, outputGradient) => PassOn(step, saved.a, saved.b, outputGradient),
            OperationWork.Elementwise("addition", OperationWork.Forward, 1, output.Shape, a, b, output));
        return output;
    }

    /// <summary>
    /// y = max(0, a + b), the end of a residual block, without a pass over memory for the sum alone. Shapes: a, b and y are N,C,H,W. Both gradients are that of y where y &gt; 0, otherwise 0.
    /// The bits are those of <see cref="Apply"/> and a ReLU after it.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Tensor ApplyRelu(Step step, Tensor a, Tensor b)
    {
        Tensor output = Create(step, a, b, "addition and relu");
        if (CpuPath.Of(step.Device) is { } cpu)
            AdditionCpu.ForwardRelu(cpu, a.Data, b.Data, output.Data);
        else
            AdditionLauncher.ForwardRelu(step.Device, output.Layout.Length, a.Data, b.Data, output.Data);
        step.Record(output, keep: [output], saved: (a, b, output), static (step, saved, outputGradient) =>
        {
            Tensor gradient = Activation.Activation.BackwardInput(step, ActivationKind.Relu, saved.output, slope: 0f, outputGradient);
            PassOn(step, saved.a, saved.b, gradient);
            Step.Release(gradient);
        }, OperationWork.Elementwise("addition", OperationWork.Forward, 2, output.Shape, a, b, output));
        return output;
    }

    private static Tensor Create(Step step, Tensor a, Tensor b, string name)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        if (a.Layout != b.Layout)
            throw new ArgumentException($"cannot add '{b.Name}' of shape {b.Shape} to '{a.Name}' of shape {a.Shape}: the shapes must be equal", nameof(b));
        return step.Create(a.Layout, name, a.RequiresGradient || b.RequiresGradient);
    }

    // The gradient is passed on unchanged: each input that takes it counts as one more user.
    private static void PassOn(Step step, Tensor a, Tensor b, Tensor gradient)
    {
        foreach (Tensor input in (ReadOnlySpan<Tensor>)[a, b])
        {
            if (!input.RequiresGradient)
                continue;
            Step.Retain(gradient);
            step.Accumulate(input, gradient);
        }
    }
}

using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Concatenation.Ladder;
using SegFromScratch.Kernels.Cpu;
using SegFromScratch.Kernels.Profiling;

namespace SegFromScratch.Kernels.Concatenation;

/// <summary>Joins tensors along channels: skip connections, pyramids, dense blocks. PyTorch: <c>cat(dim=1)</c>.</summary>
public static class Concatenation
{
    /// <summary>Shapes: inputs N,C_i,H,W, one or more; the output is N,sum of C_i,H,W with the inputs' channels in order.</summary>
    /// <exception cref="ArgumentException">There is no input, or two differ in images, rows or columns.</exception>
    public static Tensor Apply(Step step, params ReadOnlySpan<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(step);
        Tensor[] all = [.. inputs];
        Tensor output = step.Create(JointShape(all), "concatenation", Array.Exists(all, input => input.RequiresGradient));
        Forward(step, all, output);
        step.Record(output, keep: [], saved: all, static (step, inputs, outputGradient) =>
        {
            var gradients = new Tensor?[inputs.Length];
            for (int i = 0; i < inputs.Length; i++)
                gradients[i] = inputs[i].RequiresGradient ? step.CreateGradient(inputs[i]) : null;
            Backward(step, inputs, outputGradient, gradients);
            for (int i = 0; i < inputs.Length; i++)
            {
                if (gradients[i] is { } gradient)
                    step.Accumulate(inputs[i], gradient, OperationWork.Elementwise("concatenation", OperationWork.InputGradient, 0, inputs[i].Shape, inputs[i], inputs[i]));
            }
        }, OperationWork.Elementwise("concatenation", OperationWork.Forward, 0, output.Shape, output, output));
        return output;
    }

    private static void Forward(Step step, Tensor[] inputs, Tensor output)
    {
        if (Fast(step, inputs, output.Layout) is { } cpu)
        {
            ConcatenationCpu.Forward(cpu, inputs, output.View);
            return;
        }

        int firstChannel = 0;
        foreach (Tensor input in inputs)
        {
            ConcatenationLadder.Forward(step.Device, ConcatenationLadder.Choose(step.Device, input.Layout, output.Layout), firstChannel, input.View, output.View);
            firstChannel += input.Shape.Channels;
        }
    }

    private static void Backward(Step step, Tensor[] inputs, Tensor outputGradient, Tensor?[] inputGradients)
    {
        if (Fast(step, inputs, outputGradient.Layout) is { } cpu)
        {
            ConcatenationCpu.Backward(cpu, inputs, inputGradients, outputGradient.View);
            return;
        }

        int firstChannel = 0;
        for (int i = 0; i < inputs.Length; i++)
        {
            if (inputGradients[i] is { } gradient)
                ConcatenationLadder.Backward(step.Device, ConcatenationLadder.Choose(step.Device, gradient.Layout, outputGradient.Layout), firstChannel, outputGradient.View, gradient.View);
            firstChannel += inputs[i].Shape.Channels;
        }
    }

    private static CpuDevice? Fast(Step step, Tensor[] inputs, TensorLayout whole) =>
        CpuPath.Of(step.Device, ConcatenationCpu.Supports(inputs, whole));

    private static TensorShape JointShape(Tensor[] inputs)
    {
        if (inputs.Length == 0)
            throw new ArgumentException("nothing to concatenate: give at least one tensor", nameof(inputs));
        TensorShape shape = inputs[0].Shape;
        int channels = 0;
        foreach (Tensor input in inputs)
        {
            if (input.Shape with { Channels = shape.Channels } != shape)
                throw new ArgumentException($"cannot concatenate '{input.Name}' of shape {input.Shape} to '{inputs[0].Name}' of shape {shape}: only the channels may differ", nameof(inputs));
            channels += input.Shape.Channels;
        }

        return shape with { Channels = channels };
    }
}

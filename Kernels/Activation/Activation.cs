using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Cpu;
using SegFromScratch.Kernels.Profiling;

namespace SegFromScratch.Kernels.Activation;

/// <summary>A function applied to every element. Shapes: x and y are N,C,H,W. PyTorch: the functions of the same names in <c>torch.nn.functional</c>.</summary>
public static class Activation
{
    /// <summary>The slope of <see cref="LeakyRelu"/> below zero, unless told otherwise: PyTorch's.</summary>
    public const float DefaultSlope = 0.01f;

    /// <summary>y = max(0, x). At 0 the derivative is taken as 0.</summary>
    public static Tensor Relu(Step step, Tensor input) => Apply(step, ActivationKind.Relu, input);

    /// <summary>y = x for x &gt; 0, otherwise slope * x.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The slope is negative.</exception>
    public static Tensor LeakyRelu(Step step, Tensor input, float slope = DefaultSlope) => Apply(step, ActivationKind.LeakyRelu, input, slope);

    /// <summary>y = min(6, max(0, x)). At 0 and 6 the derivative is taken as 0.</summary>
    public static Tensor Relu6(Step step, Tensor input) => Apply(step, ActivationKind.Relu6, input);

    /// <summary>y = 1 / (1 + exp(-x)).</summary>
    public static Tensor Sigmoid(Step step, Tensor input) => Apply(step, ActivationKind.Sigmoid, input);

    /// <summary>y = tanh x.</summary>
    public static Tensor Tanh(Step step, Tensor input) => Apply(step, ActivationKind.Tanh, input);

    /// <summary>y = x / (1 + exp(-x)).</summary>
    public static Tensor Silu(Step step, Tensor input) => Apply(step, ActivationKind.Silu, input);

    /// <summary>y = x (1 + erf(x / sqrt 2)) / 2.</summary>
    public static Tensor Gelu(Step step, Tensor input) => Apply(step, ActivationKind.Gelu, input);

    /// <summary>y = f(x) with the function chosen by name.</summary>
    /// <param name="step">The running step.</param>
    /// <param name="kind">The function f.</param>
    /// <param name="input">x, N,C,H,W.</param>
    /// <param name="slope">The slope of the leaky ReLU below zero, 0 or more; no other function reads it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The slope is negative, or the function unknown.</exception>
    public static Tensor Apply(Step step, ActivationKind kind, Tensor input, float slope = DefaultSlope)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(input);
        if (!(slope >= 0f))
            throw new ArgumentOutOfRangeException(nameof(slope), slope, "the slope of a leaky ReLU must be 0 or more: its backward pass reads the sign of x from y");
        Tensor output = step.Create(input.Layout, "activation", input.RequiresGradient);
        Forward(step, kind, input, slope, output);
        // The output is usually kept by the next operation anyway, so keeping it instead of the input saves memory.
        Tensor kept = kind is ActivationKind.Silu or ActivationKind.Gelu ? input : output;
        step.Record(output, keep: [kept], saved: (input, kept, kind, slope), static (step, saved, outputGradient) =>
            step.Accumulate(saved.input, BackwardInput(step, saved.kind, saved.kept, saved.slope, outputGradient), OperationWork.Elementwise("activation", OperationWork.InputGradient, 1, outputGradient.Shape, saved.kept, outputGradient, saved.input)),
            OperationWork.Elementwise("activation", OperationWork.Forward, 1, output.Shape, input, output));
        return output;
    }

    private static void Forward(Step step, ActivationKind kind, Tensor input, float slope, Tensor output)
    {
        if (CpuPath.Of(step.Device) is { } cpu)
        {
            ActivationCpu.Forward(cpu, kind, input.View, slope, output.View);
            return;
        }

        int length = output.Layout.Length;
        switch (kind)
        {
            case ActivationKind.Relu:
                ActivationLauncher.ReluForward(step.Device, length, input.Data, output.Data);
                break;
            case ActivationKind.LeakyRelu:
                ActivationLauncher.LeakyReluForward(step.Device, length, input.Data, slope, output.Data);
                break;
            case ActivationKind.Relu6:
                ActivationLauncher.Relu6Forward(step.Device, length, input.Data, output.Data);
                break;
            case ActivationKind.Sigmoid:
                ActivationLauncher.SigmoidForward(step.Device, length, input.Data, output.View);
                break;
            case ActivationKind.Tanh:
                ActivationLauncher.TanhForward(step.Device, length, input.Data, output.Data);
                break;
            case ActivationKind.Silu:
                ActivationLauncher.SiluForward(step.Device, length, input.Data, output.Data);
                break;
            case ActivationKind.Gelu:
                ActivationLauncher.GeluForward(step.Device, length, input.Data, output.Data);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "is no activation function");
        }
    }

    /// <summary>dL/dx from dL/dy and what the forward pass kept; on the cpu device in the memory of dL/dy where nobody else needs it.</summary>
    internal static Tensor BackwardInput(Step step, ActivationKind kind, Tensor kept, float slope, Tensor outputGradient)
    {
        if (CpuPath.Of(step.Device) is { } cpu)
        {
            Tensor overwritten = step.OverwriteGradient(kept, outputGradient);
            ActivationCpu.Backward(cpu, kind, kept.Data, slope, outputGradient.Data, overwritten.Data);
            return overwritten;
        }

        Tensor inputGradient = step.CreateGradient(kept);
        int length = inputGradient.Layout.Length;
        switch (kind)
        {
            case ActivationKind.Relu:
                ActivationLauncher.ReluBackward(step.Device, length, kept.Data, outputGradient.Data, inputGradient.Data);
                break;
            case ActivationKind.LeakyRelu:
                ActivationLauncher.LeakyReluBackward(step.Device, length, kept.Data, outputGradient.Data, slope, inputGradient.Data);
                break;
            case ActivationKind.Relu6:
                ActivationLauncher.Relu6Backward(step.Device, length, kept.Data, outputGradient.Data, inputGradient.Data);
                break;
            case ActivationKind.Sigmoid:
                ActivationLauncher.SigmoidBackward(step.Device, length, kept.Data, outputGradient.Data, inputGradient.Data);
                break;
            case ActivationKind.Tanh:
                ActivationLauncher.TanhBackward(step.Device, length, kept.Data, outputGradient.Data, inputGradient.Data);
                break;
            case ActivationKind.Silu:
                ActivationLauncher.SiluBackward(step.Device, length, kept.Data, outputGradient.Data, inputGradient.Data);
                break;
            case ActivationKind.Gelu:
                ActivationLauncher.GeluBackward(step.Device, length, kept.Data, outputGradient.Data, inputGradient.Data);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "is no activation function");
        }

        return inputGradient;
    }
}

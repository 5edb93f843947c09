using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Activation.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Activation;

/// <summary>Activations on the <c>cpu</c> device, eight elements at a time, for any layout.</summary>
internal static class ActivationCpu
{
    /// <summary>Whether a function has a version here; the others run as loops.</summary>
    public static bool Supports(ActivationKind kind) =>
        kind is ActivationKind.Relu or ActivationKind.LeakyRelu or ActivationKind.Relu6 or ActivationKind.Sigmoid or ActivationKind.Silu;

    /// <summary>output = f(input), element by element; zeros in padded channels.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The function is not supported.</exception>
    public static void Forward(CpuDevice device, ActivationKind kind, TensorView input, float slope, TensorView output)
    {
        switch (kind)
        {
            case ActivationKind.Relu:
                Map.Run(device, default(VectorRelu), input.Data, output.Data);
                break;
            case ActivationKind.LeakyRelu:
                Map.Run(device, new VectorLeakyRelu(slope), input.Data, output.Data);
                break;
            case ActivationKind.Relu6:
                Map.Run(device, default(VectorRelu6), input.Data, output.Data);
                break;
            case ActivationKind.Sigmoid:
                Map.Run(device, default(VectorSigmoid), input.Data, output.Data);
                PaddedChannels.Clear(device, output);
                break;
            case ActivationKind.Silu:
                Map.Run(device, default(VectorSilu), input.Data, output.Data);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "has no version for the cpu device");
        }
    }

    /// <summary>inputGradient = outputGradient * f', where kept is the output, or the input for Silu.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The function is not supported.</exception>
    public static void Backward(
        CpuDevice device, ActivationKind kind, ArrayView<float> kept, float slope, ArrayView<float> outputGradient, ArrayView<float> inputGradient)
    {
        switch (kind)
        {
            case ActivationKind.Relu:
                Map.Run(device, default(VectorReluGradient), kept, outputGradient, inputGradient);
                break;
            case ActivationKind.LeakyRelu:
                Map.Run(device, new VectorLeakyRelu(slope), kept, outputGradient, inputGradient);
                break;
            case ActivationKind.Relu6:
                Map.Run(device, default(VectorRelu6Gradient), kept, outputGradient, inputGradient);
                break;
            case ActivationKind.Sigmoid:
                Map.Run(device, default(VectorSigmoidGradient), kept, outputGradient, inputGradient);
                break;
            case ActivationKind.Silu:
                Map.Run(device, default(VectorSiluGradient), kept, outputGradient, inputGradient);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "has no version for the cpu device");
        }
    }
}

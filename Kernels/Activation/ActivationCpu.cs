using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Activation.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Activation;

/// <summary>Activations on the <c>cpu</c> device, eight elements at a time, for any layout.</summary>
internal static class ActivationCpu
{
    /// <summary>output = f(input), element by element; zeros in padded channels.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The function is unknown.</exception>
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
            case ActivationKind.Tanh:
                Map.Run(device, default(VectorTanh), input.Data, output.Data);
                break;
            case ActivationKind.Gelu:
                Map.Run(device, default(VectorGelu), input.Data, output.Data);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "is no activation function");
        }
    }

    /// <summary>inputGradient = outputGradient * f', where kept is the output, or the input for Silu and Gelu.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The function is unknown.</exception>
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
            case ActivationKind.Tanh:
                Map.Run(device, default(VectorTanhGradient), kept, outputGradient, inputGradient);
                break;
            case ActivationKind.Gelu:
                Map.Run(device, default(VectorGeluGradient), kept, outputGradient, inputGradient);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "is no activation function");
        }
    }
}

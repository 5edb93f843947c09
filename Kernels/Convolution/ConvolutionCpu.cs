using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Convolution.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution;

/// <summary>
/// Convolutions on the <c>cpu</c> device. Tensors have channel blocks of 8 or 16 (an input may also be a plain NCHW image),
/// weights are canonical K,C,kh,kw with block 1. Results are overwritten and do not depend on the number of threads.
/// </summary>
internal static unsafe class ConvolutionCpu
{
    /// <summary>Whether these kernels can compute all passes of a convolution between tensors of two layouts.</summary>
    public static bool Supports(in ConvolutionShape shape, TensorLayout input, TensorLayout output) =>
        shape.Groups == 1 && output.ChannelBlock is 8 or 16 && (input.ChannelBlock is 8 or 16 || (input.ChannelBlock == 1 && input.Channels <= 16));

    /// <summary>output = convolution(input, weight) + bias. PyTorch: conv2d.</summary>
    public static void Forward(CpuDevice device, in ConvolutionShape shape, TensorView input, TensorView weight, ArrayView<float> bias, TensorView output) =>
        DirectConvolution.Run(device, shape, input, weight.Data.Pointer, scale: null, bias.Pointer, float.NegativeInfinity, output);

    /// <summary>The gradient of the input.</summary>
    public static void BackwardInput(CpuDevice device, in ConvolutionShape shape, TensorView outputGradient, TensorView weight, TensorView inputGradient) =>
        DirectConvolution.RunBackward(device, shape, outputGradient, weight.Data.Pointer, inputGradient);

    /// <summary>The gradient of the weight.</summary>
    public static void BackwardWeight(CpuDevice device, in ConvolutionShape shape, TensorView input, TensorView outputGradient, TensorView weightGradient) =>
        DirectWeightGradient.Run(device, shape, input, outputGradient, weightGradient.Data.Pointer);

    /// <summary>The gradient of the bias.</summary>
    public static void BackwardBias(CpuDevice device, TensorView outputGradient, ArrayView<float> biasGradient) =>
        BiasGradientJob.Run(device, outputGradient, biasGradient);
}

using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Convolution.Cpu;
using SegFromScratch.Kernels.Convolution.Cpu.Depthwise;
using SegFromScratch.Kernels.Convolution.Cpu.Image;
using SegFromScratch.Kernels.Convolution.Cpu.Winograd;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution;

/// <summary>
/// Convolutions on the <c>cpu</c> device: depthwise, Winograd for 3x3 kernels and many channels, direct for everything else without groups.
/// Tensors have channel blocks of 8 or 16 (an input may also be a plain NCHW image), weights are canonical K,C/groups,kh,kw with block 1.
/// Results are overwritten and do not depend on the number of threads.
/// </summary>
internal static unsafe class ConvolutionCpu
{
    private const int MostPlainChannels = 16;

    /// <summary>Whether these kernels can compute all passes of a convolution between tensors of two layouts.</summary>
    public static bool Supports(in ConvolutionShape shape, TensorLayout input, TensorLayout output) =>
        DepthwiseConvolution.Supports(shape, input, output)
        || (shape.Groups == 1 && output.ChannelBlock is 8 or 16
            && (input.ChannelBlock is 8 or 16 || (input.ChannelBlock == 1 && input.Channels <= MostPlainChannels)));

    /// <summary>output = convolution(input, weight) + bias; the bias may be empty. PyTorch: conv2d.</summary>
    public static void Forward(CpuDevice device, in ConvolutionShape shape, TensorView input, TensorView weight, ArrayView<float> bias, TensorView output) =>
        Forward(device, shape, input, weight, default, bias, relu: false, output);

    /// <summary>
    /// output[k] = scale[k] * convolution(input, weight)[k] + shift[k], at least 0 with relu. For inference: a batch normalisation is
    /// scale = gamma / deviation and shift = beta + scale * (bias - mean). Scale and shift may be empty.
    /// </summary>
    public static void Forward(
        CpuDevice device, in ConvolutionShape shape, TensorView input, TensorView weight, ArrayView<float> scale, ArrayView<float> shift, bool relu, TensorView output)
    {
        float floor = relu ? 0 : float.NegativeInfinity;
        ChannelPlanes source = new(input), destination = new(output);
        PackedWeightPlan plan = PackedWeightPlan.For(shape, source, destination, backward: false, hasInitial: shift.Length > 0);
        using Workspace packed = new(device, plan.Length, "packed weights");
        plan.Pack(device, shape, weight.Data.Pointer, scale.Pointer, shift.Pointer, packed.Pointer);
        Convolve(device, shape, plan, packed.Pointer, source, floor, destination);
    }

    /// <summary>The forward pass of inference, whose packed weights are kept for the next one.</summary>
    public static void Infer(CpuDevice device, in ConvolutionShape shape, in ChannelPlanes source, in InferenceWeights weights, TensorView output)
    {
        ChannelPlanes destination = new(output);
        PackedWeightPlan plan = PackedWeightPlan.For(shape, source, destination, backward: false, weights.HasInitial);
        Convolve(device, shape, plan, weights.Packed(device, shape, plan), source, weights.Floor, destination);
    }

    /// <summary>The gradient of the input.</summary>
    public static void BackwardInput(CpuDevice device, in ConvolutionShape shape, TensorView outputGradient, TensorView weight, TensorView inputGradient)
    {
        if (inputGradient.Layout.ChannelBlock != 1 || !MergedColumns.Supports(shape))
        {
            ForwardTransposed(device, shape, outputGradient, weight, default, inputGradient);
            return;
        }

        MergedColumns columns = new(shape);
        using Workspace merged = new(device, columns.Shape.Weight.Elements, "weights of merged columns");
        columns.Merge(weight.Data.Pointer, merged.Pointer);
        using BlockedImage target = new(device, inputGradient, shape.StrideX);
        ConvolveTransposed(device, columns.Shape, outputGradient, merged.Pointer, default, target);
    }

    /// <summary>
    /// output = transposed convolution(input, weight) + bias; the bias may be empty. The shape is that of the convolution whose input
    /// gradient this is: its output is the input here. PyTorch: conv_transpose2d.
    /// </summary>
    public static void ForwardTransposed(
        CpuDevice device, in ConvolutionShape shape, TensorView input, TensorView weight, ArrayView<float> bias, TensorView output)
    {
        using BlockedImage target = new(device, output);
        ConvolveTransposed(device, shape, input, weight.Data.Pointer, bias, target);
    }

    /// <summary>A transposed convolution in inference, whose packed weights are kept for the next one.</summary>
    public static void InferTransposed(CpuDevice device, in ConvolutionShape shape, TensorView input, in InferenceWeights weights, TensorView output)
    {
        using BlockedImage target = new(device, output);
        ChannelPlanes source = new(input);
        PackedWeightPlan plan = PackedWeightPlan.For(shape, source, target.Planes, backward: true, weights.HasInitial);
        Convolve(device, shape, plan, weights.Packed(device, shape, plan), source, weights.Floor, target.Planes);
        target.Separate();
    }

    /// <summary>The gradient of the weight.</summary>
    public static void BackwardWeight(CpuDevice device, in ConvolutionShape shape, TensorView input, TensorView outputGradient, TensorView weightGradient)
    {
        if (shape.Groups > 1)
            DepthwiseConvolution.RunWeightGradient(device, shape, input, outputGradient, weightGradient.Data.Pointer);
        else
            DirectWeightGradient.Run(device, shape, input, outputGradient, weightGradient.Data.Pointer);
    }

    /// <summary>The gradient of the bias: the sum of each channel. The output gradient has channel block 8 or 16.</summary>
    public static void BackwardBias(CpuDevice device, TensorView outputGradient, ArrayView<float> biasGradient) =>
        ChannelSums.Run(device, outputGradient, biasGradient);

    private static void ConvolveTransposed(
        CpuDevice device, in ConvolutionShape shape, TensorView input, float* weight, ArrayView<float> bias, in BlockedImage target)
    {
        ChannelPlanes source = new(input);
        PackedWeightPlan plan = PackedWeightPlan.For(shape, source, target.Planes, backward: true, hasInitial: bias.Length > 0);
        using Workspace packed = new(device, plan.Length, "packed weights");
        plan.Pack(device, shape, weight, null, bias.Pointer, packed.Pointer);
        Convolve(device, shape, plan, packed.Pointer, source, float.NegativeInfinity, target.Planes);
        target.Separate();
    }

    private static void Convolve(
        CpuDevice device, in ConvolutionShape shape, in PackedWeightPlan plan, float* packed, in ChannelPlanes source, float floor, in ChannelPlanes destination)
    {
        switch (plan.Way)
        {
            case ConvolutionWay.Depthwise:
                DepthwiseConvolution.Run(device, shape, plan, packed, source, floor, destination);
                break;
            case ConvolutionWay.Image:
                ImageConvolution.Run(device, shape, source, plan, packed, floor, destination);
                break;
            case ConvolutionWay.Winograd:
                WinogradConvolution.Run(device, shape, plan, packed, source, floor, destination);
                break;
            default:
                DirectConvolution.Run(device, shape, plan, packed, source, floor, destination);
                break;
        }
    }
}

using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Convolution.Cpu.Image;
using SegFromScratch.Kernels.Convolution.Cpu.Winograd;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu;

/// <summary>Packs weights and runs <see cref="TapProductJob"/>, for the forward pass and for the input gradient.</summary>
internal static unsafe class DirectConvolution
{
    /// <summary>output[k] = max(floor, bias[k] + scale[k] * convolution(input, weight)[k]); scale and bias may be null.</summary>
    public static void Run(CpuDevice device, in ConvolutionShape shape, TensorView input, float* weight, float* scale, float* bias, float floor, TensorView output)
    {
        if (input.Layout.ChannelBlock == 1)
            ImageConvolution.Run(device, shape, new ChannelPlanes(input), weight, scale, bias, floor, new ChannelPlanes(output));
        else
            Run(device, shape, new ChannelPlanes(input), weight, scale, bias, floor, new ChannelPlanes(output), backward: false);
    }

    /// <summary>inputGradient[c] = bias[c] + transposed convolution of outputGradient with the weight; bias may be null.</summary>
    public static void RunBackward(CpuDevice device, in ConvolutionShape shape, TensorView outputGradient, float* weight, float* bias, TensorView inputGradient)
    {
        if (inputGradient.Layout.ChannelBlock != 1)
        {
            Run(device, shape, new ChannelPlanes(outputGradient), weight, null, bias, float.NegativeInfinity, new ChannelPlanes(inputGradient), backward: true);
            return;
        }

        TensorLayout blocked = inputGradient.Layout with { ChannelBlock = device.ChannelBlock(inputGradient.Layout.Channels) };
        using Workspace pixels = new(device, blocked.Length, "image gradient with its channels side by side");
        ChannelPlanes target = new(pixels.Pointer, blocked);
        Run(device, shape, new ChannelPlanes(outputGradient), weight, null, bias, float.NegativeInfinity, target, backward: true);
        SeparateChannelsJob.Run(device, target, inputGradient);
    }

    private static void Run(
        CpuDevice device, ConvolutionShape shape, ChannelPlanes source, float* weight, float* scale, float* bias, float floor, ChannelPlanes destination, bool backward)
    {
        shape = Flattened(shape);
        MicroKernels kernels = MicroKernels.ForBlock(destination.Block);
        int vectors = destination.Blocks * destination.Block / kernels.Lanes;
        int reduced = source.Blocks == 1 ? source.Channels : source.Blocks * source.Block;
        int columns = backward ? (shape.InputWidth + shape.StrideX - 1) / shape.StrideX : shape.OutputWidth;
        int rows = backward ? (shape.InputHeight + shape.StrideY - 1) / shape.StrideY : shape.OutputHeight;
        PackedWeightLayout layout = new(kernels.Lanes, vectors, PackedWeightLayout.VectorsAtOnce(kernels, vectors, destination.Block), shape.KernelHeight * shape.KernelWidth, reduced);
        using Workspace packed = new(device, layout.Length + (vectors * kernels.Lanes), "packed weights");
        PackWeightsJob.Run(device, weight, packed.Pointer, layout, shape.OutputChannels, shape.InputChannels, backward, scale);
        float* initial = null;
        if (bias != null)
        {
            initial = packed.Pointer + layout.Length;
            ChannelVectors.Pad(bias, destination.Channels, initial, vectors * kernels.Lanes);
        }

        if (WinogradConvolution.Supports(shape, source, destination))
        {
            int top = backward ? shape.KernelHeight - 1 - shape.PaddingTop : shape.PaddingTop;
            int left = backward ? shape.KernelWidth - 1 - shape.PaddingLeft : shape.PaddingLeft;
            WinogradConvolution.Run(device, layout, packed.Pointer, source, top, left, initial, floor, destination);
            return;
        }

        double operations = 2.0 * layout.GroupVectors * layout.Lanes * layout.Taps * reduced / (backward ? shape.StrideY * shape.StrideX : 1);
        var job = new TapProductJob
        {
            Kernels = kernels,
            Source = source,
            Destination = destination,
            Shape = shape,
            Backward = backward,
            Layout = layout,
            Weights = packed.Pointer,
            Initial = initial,
            Floor = floor,
            Tickets = TapProductTickets.Cut(
                layout.Groups, backward ? shape.StrideY : 1, backward ? shape.StrideX : 1, shape.Batch, rows, columns, operations),
        };
        device.Threads.Run(job, job.Tickets.Count);
    }

    /// <summary>A pointwise convolution does not see rows: one long row gives fuller tiles.</summary>
    private static ConvolutionShape Flattened(in ConvolutionShape shape) =>
        shape is { KernelHeight: 1, KernelWidth: 1, StrideY: 1, StrideX: 1, PaddingTop: 0, PaddingLeft: 0 }
            && shape.OutputHeight == shape.InputHeight && shape.OutputWidth == shape.InputWidth
            ? shape with
            {
                InputHeight = 1,
                InputWidth = shape.InputHeight * shape.InputWidth,
                OutputHeight = 1,
                OutputWidth = shape.OutputHeight * shape.OutputWidth,
            }
            : shape;
}

using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Convolution.Cpu.Depthwise;
using SegFromScratch.Kernels.Convolution.Cpu.Image;
using SegFromScratch.Kernels.Convolution.Cpu.Winograd;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu;

/// <summary>
/// What a pass between two tensors needs of its weights: the order in which its kernels read them, and after them a number for each output
/// channel that sums start from. Weights of equal plans are packed equally.
/// </summary>
/// <param name="Way">The kernels.</param>
/// <param name="Layout">Order of the packed weights; with Winograd, of those transformed.</param>
/// <param name="Backward">True for the input gradient: the two kinds of channels change places and the taps run backwards.</param>
/// <param name="HasInitial">Whether there is a bias or an offset.</param>
internal readonly record struct PackedWeightPlan(ConvolutionWay Way, PackedWeightLayout Layout, bool Backward, bool HasInitial)
{
    /// <summary>Plans a pass.</summary>
    /// <param name="shape">The convolution.</param>
    /// <param name="source">What is read.</param>
    /// <param name="destination">What is written.</param>
    /// <param name="backward">True for the input gradient.</param>
    /// <param name="hasInitial">Whether there is a bias or an offset.</param>
    public static PackedWeightPlan For(in ConvolutionShape shape, in ChannelPlanes source, in ChannelPlanes destination, bool backward, bool hasInitial)
    {
        int taps = shape.KernelHeight * shape.KernelWidth;
        if (shape.Groups > 1)
            return new(ConvolutionWay.Depthwise, new PackedWeightLayout(source.Block, source.Blocks, 1, taps, 1), backward, hasInitial);
        MicroKernels kernels = MicroKernels.ForBlock(destination.Block);
        int vectors = destination.Blocks * destination.Block / kernels.Lanes;
        PackedWeightLayout layout = new(kernels.Lanes, vectors, PackedWeightLayout.VectorsAtOnce(kernels, vectors, destination.Block), taps, 1);
        if (ImageConvolution.Supports(source))
            return new(ConvolutionWay.Image, layout with { Taps = source.Channels * taps }, backward, hasInitial);
        int reduced = source.Blocks == 1 ? source.Channels : source.Blocks * source.Block;
        return WinogradConvolution.Supports(shape, source, destination)
            ? new(ConvolutionWay.Winograd, layout with { Taps = WinogradTiles.Products, Reduced = reduced }, backward, hasInitial)
            : new(ConvolutionWay.Direct, layout with { Reduced = Math.Min(reduced, PackedWeightLayout.HalfBlocks(source.Channels)) }, backward, hasInitial);
    }

    /// <summary>Floats of the weights and what follows them.</summary>
    public long Length => Layout.Length + (HasInitial ? Layout.Vectors * Layout.Lanes : 0);

    /// <summary>The numbers that sums start from, in packed memory; null without.</summary>
    public unsafe float* Initial(float* packed) => HasInitial ? packed + Layout.Length : null;

    /// <summary>Packs weights for this pass.</summary>
    /// <param name="device">The device.</param>
    /// <param name="shape">The convolution.</param>
    /// <param name="weight">The canonical weights K,C/groups,kh,kw.</param>
    /// <param name="scale">A factor for each output channel of a forward pass, or null. Folds a normalisation into the weights.</param>
    /// <param name="initial">A number for each channel of the result, or null.</param>
    /// <param name="packed">Room for <see cref="Length"/> floats.</param>
    public unsafe void Pack(CpuDevice device, in ConvolutionShape shape, float* weight, float* scale, float* initial, float* packed)
    {
        switch (Way)
        {
            case ConvolutionWay.Depthwise:
                DepthwiseWeights.Pack(Layout, shape.Groups, weight, scale, Backward, packed);
                break;
            case ConvolutionWay.Image:
                PackWeightsJob.Run(device, weight, packed, Layout, shape.OutputChannels, 1, Backward, scale);
                break;
            case ConvolutionWay.Winograd:
                PackedWeightLayout canonical = Layout with { Taps = shape.KernelHeight * shape.KernelWidth };
                using (Workspace taps = new(device, canonical.Length, "packed weights"))
                {
                    PackWeightsJob.Run(device, weight, taps.Pointer, canonical, shape.OutputChannels, shape.InputChannels, Backward, scale);
                    WinogradWeightsJob transform = new() { Weights = taps.Pointer, Products = packed, Layout = canonical };
                    device.Threads.Run(transform, transform.Tickets);
                }

                break;
            default:
                PackWeightsJob.Run(device, weight, packed, Layout, shape.OutputChannels, shape.InputChannels, Backward, scale);
                break;
        }

        if (HasInitial)
            ChannelVectors.Pad(initial, Backward ? shape.InputChannels : shape.OutputChannels, Initial(packed), Layout.Vectors * Layout.Lanes);
    }
}

using System.Runtime.Intrinsics;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu.Winograd;

/// <summary>
/// 3x3 convolutions of stride 1 by Winograd's F(4x4, 3x3), for many channels. The transforms cost accuracy: measured against double,
/// the root mean square of the errors is 1.4e-6 of that of the results for 32 channels and 4.8e-6 for 512, four times that of the
/// direct kernels; the largest error is some ten times larger.
/// </summary>
internal static unsafe class WinogradConvolution
{
    // Below, transforms cost more than products save. Measured at 64x400 and 128x800: from 8 to 16 channels and back gains a quarter with vectors of 16
    // and loses a fifth with vectors of 8; from 8 to 8 channels gains nothing.
    private const int FewestChannelsOfBoth = 24;

    // The share of computed outputs that lie inside; small images fill their last tiles badly.
    private const double FullEnough = 0.6;

    // Dilated convolutions leave many tiles partly empty, and direct ones leave out taps in the padding: measured against each other by their
    // multiplications, where there are channels enough that transforms hardly count.
    private const int FewestDilatedChannels = 128;
    private const double DilatedGain = 1.25;

    private static int FewestChannels => Vector512.IsHardwareAccelerated ? 8 : 16;

    /// <summary>Whether a pass between two tensors is computed here; the passes of one convolution may differ.</summary>
    /// <param name="shape">The convolution.</param>
    /// <param name="source">What is read.</param>
    /// <param name="destination">What is written.</param>
    public static bool Supports(in ConvolutionShape shape, in ChannelPlanes source, in ChannelPlanes destination)
    {
        if (shape is not { KernelHeight: 3, KernelWidth: 3, StrideY: 1, StrideX: 1, Groups: 1 })
            return false;
        if (source.Block is not (8 or 16) || destination.Block is not (8 or 16)
            || Math.Min(source.Channels, destination.Channels) < FewestChannels || source.Channels + destination.Channels < FewestChannelsOfBoth)
            return false;
        WinogradTiles tiles = Tiles(shape with { Batch = 1 }, destination.Height, destination.Width, 0, 0);
        if (shape.DilationY > 1 || shape.DilationX > 1)
        {
            return Math.Min(source.Channels, destination.Channels) >= FewestDilatedChannels
                && DirectProducts(shape) >= DilatedGain * tiles.Count * WinogradTiles.Products;
        }

        return (double)destination.Height * destination.Width >= FullEnough * tiles.Count * WinogradTiles.Outputs * WinogradTiles.Outputs;
    }

    /// <summary>The tiles of a pass.</summary>
    /// <param name="shape">The convolution.</param>
    /// <param name="rows">Rows that the pass writes.</param>
    /// <param name="columns">Columns that it writes.</param>
    /// <param name="paddingTop">Rows of zeros above what it reads.</param>
    /// <param name="paddingLeft">Columns of zeros left of what it reads.</param>
    public static WinogradTiles Tiles(in ConvolutionShape shape, int rows, int columns, int paddingTop, int paddingLeft) =>
        new(shape.Batch, new WinogradAxis(rows, shape.DilationY), new WinogradAxis(columns, shape.DilationX), paddingTop, paddingLeft);

    /// <summary>Convolves with transformed weights.</summary>
    /// <param name="device">The device.</param>
    /// <param name="shape">The convolution.</param>
    /// <param name="plan">How the weights are packed.</param>
    /// <param name="packed">The transformed weights.</param>
    /// <param name="source">What is read.</param>
    /// <param name="floor">Results are not less than this.</param>
    /// <param name="destination">What is written.</param>
    public static void Run(
        CpuDevice device,
        in ConvolutionShape shape,
        in PackedWeightPlan plan,
        float* packed,
        in ChannelPlanes source,
        float floor,
        in ChannelPlanes destination)
    {
        // The input gradient reads what the forward pass wrote: the distances from there are those of the last tap.
        int top = plan.Backward ? ((shape.KernelHeight - 1) * shape.DilationY) - shape.PaddingTop : shape.PaddingTop;
        int left = plan.Backward ? ((shape.KernelWidth - 1) * shape.DilationX) - shape.PaddingLeft : shape.PaddingLeft;
        WinogradTiles tiles = Tiles(shape, destination.Height, destination.Width, top, left);
        var job = new WinogradProductJob
        {
            Kernels = MicroKernels.ForBlock(destination.Block),
            Source = source,
            Destination = destination,
            Tiles = tiles,
            TilesEach = TilesEach(tiles, plan.Layout.Reduced),
            Layout = plan.Layout,
            Weights = packed,
            Initial = plan.Initial(packed),
            Floor = floor,
        };
        using Workspace scratch = new(device, job.ScratchEach * device.Threads.Threads, "transformed tiles");
        job.Scratch = scratch.Pointer;
        device.Threads.Run(job, job.Tickets);
    }

    /// <summary>The multiplications of a direct convolution for one image and pair of channels: taps in the padding are left out.</summary>
    private static long DirectProducts(in ConvolutionShape shape) =>
        Products(TapAxis.Forward(shape.InputHeight, shape.OutputHeight, shape.KernelHeight, 1, shape.PaddingTop, shape.DilationY))
        * Products(TapAxis.Forward(shape.InputWidth, shape.OutputWidth, shape.KernelWidth, 1, shape.PaddingLeft, shape.DilationX));

    private static long Products(in TapAxis axis)
    {
        long products = 0;
        for (int tap = 0; tap < axis.Taps; tap++)
            products += axis.Inside(tap).End - axis.Inside(tap).Begin;
        return products;
    }

    /// <summary>
    /// Few channels: as many tiles as keep their transforms in the second-level cache. Many channels: more, because each run of tiles
    /// reads all transformed weights once. Multiples of the 6 and 12 rows of a tile of products.
    /// </summary>
    private static int TilesEach(in WinogradTiles tiles, int channels) => Math.Min(tiles.Count, channels < 128 ? 24 : 48);
}

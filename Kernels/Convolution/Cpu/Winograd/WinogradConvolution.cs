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

    private static int FewestChannels => Vector512.IsHardwareAccelerated ? 8 : 16;

    /// <summary>Whether a pass between two tensors is computed here; the passes of one convolution may differ.</summary>
    /// <param name="shape">The convolution.</param>
    /// <param name="source">What is read.</param>
    /// <param name="destination">What is written.</param>
    public static bool Supports(in ConvolutionShape shape, in ChannelPlanes source, in ChannelPlanes destination)
    {
        if (shape is not { KernelHeight: 3, KernelWidth: 3, StrideY: 1, StrideX: 1, DilationY: 1, DilationX: 1, Groups: 1 })
            return false;
        if (source.Block is not (8 or 16) || destination.Block is not (8 or 16)
            || Math.Min(source.Channels, destination.Channels) < FewestChannels || source.Channels + destination.Channels < FewestChannelsOfBoth)
            return false;
        var tiles = new WinogradTiles(1, destination.Height, destination.Width, 0, 0);
        return (double)destination.Height * destination.Width >= FullEnough * tiles.Count * WinogradTiles.Outputs * WinogradTiles.Outputs;
    }

    /// <summary>Convolves with transformed weights.</summary>
    /// <param name="device">The device.</param>
    /// <param name="plan">How the weights are packed.</param>
    /// <param name="packed">The transformed weights.</param>
    /// <param name="source">What is read.</param>
    /// <param name="paddingTop">Rows of zeros above it.</param>
    /// <param name="paddingLeft">Columns of zeros left of it.</param>
    /// <param name="floor">Results are not less than this.</param>
    /// <param name="destination">What is written.</param>
    public static void Run(
        CpuDevice device,
        in PackedWeightPlan plan,
        float* packed,
        in ChannelPlanes source,
        int paddingTop,
        int paddingLeft,
        float floor,
        in ChannelPlanes destination)
    {
        var tiles = new WinogradTiles(destination.Batch, destination.Height, destination.Width, paddingTop, paddingLeft);
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

    /// <summary>
    /// Few channels: as many tiles as keep their transforms in the second-level cache. Many channels: more, because each run of tiles
    /// reads all transformed weights once. Multiples of the 6 and 12 rows of a tile of products.
    /// </summary>
    private static int TilesEach(in WinogradTiles tiles, int channels) => Math.Min(tiles.Count, channels < 128 ? 24 : 48);
}

using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu.Image.Stride2;

/// <summary>
/// 3x3 convolutions of stride 2 from a picture by minimal filtering: an output and the next read inputs a b c and c d e. Both need only five multiplications,
/// y0 = g0 (a - c) + g1 b + (g0 + g2) c and y1 = (g0 + g2) c - g2 (c - e) + g1 d; so does each direction, and 2x2 outputs take 25 instead of 36.
/// </summary>
internal static unsafe class Stride2Convolution
{
    // Tiles that are cut off at the right and at the bottom cost as much as whole ones.
    private const int ProductsOfTile = 25;
    private const int MultiplicationsOfPixel = 9;

    /// <summary>Whether a convolution is one of these, and takes fewer multiplications so.</summary>
    /// <param name="shape">The convolution.</param>
    /// <param name="destination">Its output.</param>
    public static bool Supports(in ConvolutionShape shape, in ChannelPlanes destination) =>
        Vector512.IsHardwareAccelerated && Avx512F.IsSupported && destination.Block == Stride2Weights.Lanes && destination.Blocks % Stride2Weights.VectorsAtOnce == 0
            && shape is { KernelHeight: 3, KernelWidth: 3, StrideY: 2, StrideX: 2, DilationY: 1, DilationX: 1 } && Products(shape) < Multiplications(shape);

    /// <summary>output[k] = max(floor, initial[k] + convolution(image, weight)[k]).</summary>
    /// <param name="device">The device.</param>
    /// <param name="taps">The convolution and the picture.</param>
    /// <param name="plan">How the weights are packed.</param>
    /// <param name="packed">The packed weights.</param>
    /// <param name="floor">Results are not less than this.</param>
    /// <param name="destination">What is written.</param>
    public static void Run(CpuDevice device, in ImageTaps taps, in PackedWeightPlan plan, float* packed, float floor, in ChannelPlanes destination)
    {
        Stride2Rows rows = new(taps);
        Stride2Weights weights = new(taps.Image.Channels);
        using Workspace products = new(device, weights.PairLength * destination.Blocks / Stride2Weights.VectorsAtOnce, "transformed weights");
        using Workspace scratch = new(device, (rows.PerWorker * device.Threads.Threads) + taps.Image.Width, "transformed rows");
        weights.Transform(plan.Layout, packed, products.Pointer);
        var job = new Stride2ProductJob
        {
            Taps = taps,
            Rows = rows,
            Destination = destination,
            Weights = products.Pointer,
            Initial = plan.Initial(packed),
            Floor = floor,
            Zeros = Zeros(scratch, rows, device, taps),
            Scratch = scratch.Pointer,
        };
        device.Threads.Run(job, job.Tickets);
    }

    private static long Products(in ConvolutionShape s) =>
        ProductsOfTile * (long)((s.OutputHeight + 1) / 2) * ((s.OutputWidth + (2 * Stride2Rows.TilesAtOnce) - 1) / (2 * Stride2Rows.TilesAtOnce)) * Stride2Rows.TilesAtOnce;

    private static long Multiplications(in ConvolutionShape s) => MultiplicationsOfPixel * (long)s.OutputHeight * s.OutputWidth;

    private static float* Zeros(in Workspace scratch, in Stride2Rows rows, CpuDevice device, in ImageTaps taps)
    {
        float* zeros = scratch.Pointer + (rows.PerWorker * device.Threads.Threads);
        new Span<float>(zeros, taps.Image.Width).Clear();
        return zeros;
    }
}

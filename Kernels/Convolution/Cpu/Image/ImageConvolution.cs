using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu.Image;

/// <summary>
/// The first convolution of a network: forward pass and weight gradient from an image as it comes from the decoder, NCHW with few channels.
/// A pixel's channels are not brought side by side first; that took as long as a third of the convolution.
/// </summary>
internal static unsafe class ImageConvolution
{
    // The copy of so many floats stays in the second-level cache beside the output.
    private const int MostFloatsCopied = 1 << 15;
    private const int MostRowsCopied = 8;
    private const int WantedParts = 32;
    private const int FewestPixelsInPart = 1024;

    /// <summary>Whether a tensor is an image that these kernels read.</summary>
    public static bool Supports(in ChannelPlanes image) => image.Block == 1;

    /// <summary>output[k] = max(floor, initial[k] + convolution(image, weight)[k]).</summary>
    /// <param name="device">The device.</param>
    /// <param name="shape">The convolution.</param>
    /// <param name="image">The image.</param>
    /// <param name="plan">How the weights are packed.</param>
    /// <param name="packed">The packed weights.</param>
    /// <param name="floor">Results are not less than this.</param>
    /// <param name="destination">What is written.</param>
    public static void Run(
        CpuDevice device, in ConvolutionShape shape, in ChannelPlanes image, in PackedWeightPlan plan, float* packed, float floor, in ChannelPlanes destination)
    {
        PaddedRows rows = Rows(shape, image);
        using Workspace scratch = new(device, rows.Length * device.Threads.Threads, "padded rows");
        var job = new ImageProductJob
        {
            Kernels = MicroKernels.ForBlock(destination.Block),
            Rows = rows,
            Destination = destination,
            Shape = shape,
            Layout = plan.Layout,
            Weights = packed,
            Initial = plan.Initial(packed),
            Floor = floor,
            Scratch = scratch.Pointer,
        };
        device.Threads.Run(job, job.Tickets);
    }

    /// <summary>Computes the weight gradient in canonical order.</summary>
    public static void RunWeightGradient(CpuDevice device, in ConvolutionShape shape, in ChannelPlanes image, in ChannelPlanes gradient, float* weightGradient)
    {
        MicroKernels kernels = MicroKernels.ForBlock(gradient.Block);
        PaddedRows rows = Rows(shape, image);
        PackedWeightLayout layout = new(kernels.Lanes, gradient.Blocks * gradient.Block / kernels.Lanes, 1, rows.Taps, 1);
        long pixels = (long)shape.Batch * shape.OutputHeight * shape.OutputWidth;
        int parts = (int)Math.Clamp(Math.Min(WantedParts, pixels / FewestPixelsInPart), 1, shape.Batch * shape.OutputHeight);
        using Workspace sums = new(device, parts * layout.Length, "weight gradient sums");
        using Workspace scratch = new(device, rows.Length * device.Threads.Threads, "padded rows");
        var job = new ImageGradientJob
        {
            Kernels = kernels,
            Rows = rows,
            Gradient = gradient,
            Shape = shape,
            Layout = layout,
            Sums = sums.Pointer,
            Parts = parts,
            Scratch = scratch.Pointer,
        };
        device.Threads.Run(job, parts);
        SumPartsJob.Run(device, sums.Pointer, layout.Length, parts);
        UnpackSumsJob.Run(device, sums.Pointer, layout, shape.OutputChannels, 1, weightGradient);
    }

    private static PaddedRows Rows(in ConvolutionShape shape, in ChannelPlanes image)
    {
        int outputRows = Math.Min(MostRowsCopied, shape.OutputHeight);
        while (outputRows > 1 && new PaddedRows(image, shape, outputRows).Length > MostFloatsCopied)
            outputRows--;
        return new PaddedRows(image, shape, outputRows);
    }
}

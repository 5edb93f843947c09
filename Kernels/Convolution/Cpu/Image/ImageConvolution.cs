using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu.Image;

/// <summary>
/// The first convolution of a network: forward pass and weight gradient from an image as it comes from the decoder, NCHW with few channels.
/// Neither are a pixel's channels brought side by side first, nor are rows copied with their padding: that took a third and a tenth of the convolution.
/// </summary>
internal static unsafe class ImageConvolution
{
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
        var job = new ImageProductJob
        {
            Kernels = MicroKernels.ForBlock(destination.Block),
            Taps = new ImageTaps(image, shape),
            Destination = destination,
            Layout = plan.Layout,
            Weights = packed,
            Initial = plan.Initial(packed),
            Floor = floor,
        };
        device.Threads.Run(job, job.Tickets);
    }

    /// <summary>Computes the weight gradient in canonical order.</summary>
    public static void RunWeightGradient(CpuDevice device, in ConvolutionShape shape, in ChannelPlanes image, in ChannelPlanes gradient, float* weightGradient)
    {
        MicroKernels kernels = MicroKernels.ForBlock(gradient.Block);
        ImageTaps taps = new(image, shape);
        PackedWeightLayout layout = new(kernels.Lanes, gradient.Blocks * gradient.Block / kernels.Lanes, 1, taps.Count, 1);
        long pixels = (long)shape.Batch * shape.OutputHeight * shape.OutputWidth;
        int parts = (int)Math.Clamp(Math.Min(WantedParts, pixels / FewestPixelsInPart), 1, shape.Batch * shape.OutputHeight);
        using Workspace sums = new(device, parts * layout.Length, "weight gradient sums");
        var job = new ImageGradientJob
        {
            Kernels = kernels,
            Taps = taps,
            Gradient = gradient,
            Layout = layout,
            Sums = sums.Pointer,
            Parts = parts,
        };
        using Workspace scratch = new(device, job.ScratchEach * device.Threads.Threads, "padded edges");
        job.Scratch = scratch.Pointer;
        device.Threads.Run(job, parts);
        SumPartsJob.Run(device, sums.Pointer, layout.Length, parts);
        UnpackSumsJob.Run(device, sums.Pointer, layout, shape.OutputChannels, 1, weightGradient);
    }
}

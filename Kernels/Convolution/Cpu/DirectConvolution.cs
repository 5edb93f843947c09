using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu;

/// <summary>Runs <see cref="TapProductJob"/>, for the forward pass and for the input gradient.</summary>
internal static unsafe class DirectConvolution
{
    /// <summary>destination[k] = max(floor, initial[k] + convolution(source, weight)[k]), or the input gradient.</summary>
    /// <param name="device">The device.</param>
    /// <param name="shape">The convolution.</param>
    /// <param name="plan">How the weights are packed.</param>
    /// <param name="packed">The packed weights.</param>
    /// <param name="source">What is read.</param>
    /// <param name="floor">Results are not less than this.</param>
    /// <param name="destination">What is written.</param>
    public static void Run(
        CpuDevice device, ConvolutionShape shape, in PackedWeightPlan plan, float* packed, in ChannelPlanes source, float floor, in ChannelPlanes destination)
    {
        shape = Flattened(shape);
        (PackedWeightLayout layout, bool backward) = (plan.Layout, plan.Backward);
        int columns = backward ? (shape.InputWidth + shape.StrideX - 1) / shape.StrideX : shape.OutputWidth;
        int rows = backward ? (shape.InputHeight + shape.StrideY - 1) / shape.StrideY : shape.OutputHeight;
        double operations = 2.0 * layout.GroupVectors * layout.Lanes * layout.Taps * layout.Reduced / (backward ? shape.StrideY * shape.StrideX : 1);
        var job = new TapProductJob
        {
            Kernels = MicroKernels.ForBlock(destination.Block),
            Source = source,
            Destination = destination,
            Shape = shape,
            Backward = backward,
            Layout = layout,
            Weights = packed,
            Initial = plan.Initial(packed),
            Floor = floor,
            Tickets = TapProductTickets.Cut(
                layout.Groups, backward ? shape.StrideY : 1, backward ? shape.StrideX : 1, shape.Batch, rows, columns, operations),
        };
        device.Threads.Run(job, job.Tickets.Count);
    }

    /// <summary>Whether each output pixel is a product of the input pixel at its place alone.</summary>
    public static bool IsPointwise(in ConvolutionShape shape) =>
        shape is { KernelHeight: 1, KernelWidth: 1, StrideY: 1, StrideX: 1, PaddingTop: 0, PaddingLeft: 0 }
            && shape.OutputHeight == shape.InputHeight && shape.OutputWidth == shape.InputWidth;

    /// <summary>A pointwise convolution does not see rows: one long row gives fuller tiles.</summary>
    private static ConvolutionShape Flattened(in ConvolutionShape shape) =>
        IsPointwise(shape)
            ? shape with
            {
                InputHeight = 1,
                InputWidth = shape.InputHeight * shape.InputWidth,
                OutputHeight = 1,
                OutputWidth = shape.OutputHeight * shape.OutputWidth,
            }
            : shape;
}

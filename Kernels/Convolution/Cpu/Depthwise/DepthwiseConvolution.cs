using System.Numerics;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu.Depthwise;

/// <summary>Depthwise convolutions: as many groups as input and output channels. Any kernel, stride, padding and dilation.</summary>
internal static unsafe class DepthwiseConvolution
{
    /// <summary>Whether a convolution is one of these.</summary>
    public static bool Supports(in ConvolutionShape shape, TensorLayout input, TensorLayout output) =>
        shape.Groups > 1 && shape.Groups == shape.InputChannels && shape.Groups == shape.OutputChannels
            && input.ChannelBlock is 8 or 16 && input.ChannelBlock == output.ChannelBlock;

    /// <summary>output[c] = max(floor, initial[c] + convolution(input, weight)[c]), or the input gradient.</summary>
    /// <param name="device">The device.</param>
    /// <param name="shape">The convolution.</param>
    /// <param name="plan">How the weights are packed.</param>
    /// <param name="packed">The packed weights.</param>
    /// <param name="source">What is read.</param>
    /// <param name="floor">Results are not less than this.</param>
    /// <param name="destination">What is written.</param>
    public static void Run(
        CpuDevice device, in ConvolutionShape shape, in PackedWeightPlan plan, float* packed, in ChannelPlanes source, float floor, in ChannelPlanes destination)
    {
        using Workspace zeros = ZeroRow(device, source);
        var job = new DepthwiseJob
        {
            Source = source,
            Destination = destination,
            Shape = shape,
            Backward = plan.Backward,
            Weights = packed,
            Initial = plan.Initial(packed),
            Floor = floor,
            Zeros = zeros.Pointer,
            Tickets = new RowTickets(destination),
        };
        device.Threads.Run(job, job.Tickets.Count);
    }

    /// <summary>The gradient of the weight.</summary>
    public static void RunWeightGradient(CpuDevice device, in ConvolutionShape shape, TensorView input, TensorView outputGradient, float* weightGradient)
    {
        var gradient = new ChannelPlanes(outputGradient);
        var tickets = new RowTickets(gradient);
        int taps = shape.KernelHeight * shape.KernelWidth;
        int length = taps * gradient.Block;
        using Workspace partials = new(device, 2L * tickets.Count * length, "weight gradient sums");
        var source = new ChannelPlanes(input);
        using Workspace zeros = ZeroRow(device, source);
        var sums = (double*)partials.Pointer;
        device.Threads.Run(
            new DepthwiseGradientJob { Source = source, Gradient = gradient, Shape = shape, Zeros = zeros.Pointer, Tickets = tickets, Sums = sums }, tickets.Count);

        // The sums of the first image's first ticket take those of the others, in order.
        for (int block = 0; block < gradient.Blocks; block++)
        {
            var total = new Span<double>(sums + ((nint)block * tickets.PerPlane * length), length);
            for (int image = 0; image < gradient.Batch; image++)
            {
                int first = ((image * gradient.Blocks) + block) * tickets.PerPlane;
                for (int ticket = image == 0 ? first + 1 : first; ticket < first + tickets.PerPlane; ticket++)
                    Add(new ReadOnlySpan<double>(sums + ((nint)ticket * length), length), total);
            }

            int channels = Math.Min(gradient.Block, gradient.Channels - (block * gradient.Block));
            float* target = weightGradient + (block * length);
            for (int c = 0; c < channels; c++)
            {
                for (int tap = 0; tap < taps; tap++)
                    *target++ = (float)total[(tap * gradient.Block) + c];
            }
        }
    }

    private static void Add(ReadOnlySpan<double> values, Span<double> total)
    {
        for (int i = 0; i + Vector<double>.Count <= total.Length; i += Vector<double>.Count)
            (new Vector<double>(total[i..]) + new Vector<double>(values[i..])).CopyTo(total[i..]);
    }

    private static Workspace ZeroRow(CpuDevice device, in ChannelPlanes source)
    {
        var zeros = new Workspace(device, source.Row, "zeros");
        new Span<float>(zeros.Pointer, (int)source.Row).Clear();
        return zeros;
    }
}

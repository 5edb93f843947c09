using System.Numerics;
using System.Runtime.Intrinsics;
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
        using Workspace zeros = ZeroRow(device, source.Row);
        TapAxis rows = Rows(shape, plan.Backward), columns = Columns(shape, plan.Backward);
        if (TakesPairs(rows, columns))
        {
            var pairs = new RowPairJob
            {
                Source = source,
                Destination = destination,
                Geometry = new RowPairGeometry(rows, columns),
                Weights = packed,
                Initial = plan.Initial(packed),
                Floor = floor,
                Zeros = zeros.Pointer,
                Around = new StoresAround(source, destination),
                Tickets = new RowTickets(destination, 2 * rows.OffsetStep),
            };
            device.Threads.Run(pairs, pairs.Tickets.Count);
            return;
        }

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
        TapAxis rows = Rows(shape, backward: false), columns = Columns(shape, backward: false);
        bool pairs = TakesPairs(rows, columns);
        var tickets = new RowTickets(gradient, pairs ? 2 * rows.OffsetStep : 1);
        int taps = shape.KernelHeight * shape.KernelWidth;
        int length = taps * gradient.Block;
        using Workspace partials = new(device, 2L * tickets.Count * length, "weight gradient sums");
        var source = new ChannelPlanes(input);
        using Workspace zeros = ZeroRow(device, Math.Max(source.Row, gradient.Row));
        var sums = (double*)partials.Pointer;
        if (pairs)
        {
            var geometry = new RowPairGeometry(rows, columns);
            device.Threads.Run(
                new RowPairGradientJob { Source = source, Gradient = gradient, Geometry = geometry, Zeros = zeros.Pointer, Tickets = tickets, Sums = sums }, tickets.Count);
        }
        else
        {
            device.Threads.Run(
                new DepthwiseGradientJob { Source = source, Gradient = gradient, Shape = shape, Zeros = zeros.Pointer, Tickets = tickets, Sums = sums }, tickets.Count);
        }

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

    /// <summary>Whether a pass is computed by pairs of rows: these need 32 vector registers.</summary>
    private static bool TakesPairs(in TapAxis rows, in TapAxis columns) => Vector512.IsHardwareAccelerated && RowPairGeometry.Supports(rows, columns);

    private static TapAxis Rows(in ConvolutionShape s, bool backward) => backward
        ? TapAxis.InputGradient(0, s.InputHeight, s.OutputHeight, s.KernelHeight, s.StrideY, s.PaddingTop, s.DilationY)
        : TapAxis.Forward(s.InputHeight, s.OutputHeight, s.KernelHeight, s.StrideY, s.PaddingTop, s.DilationY);

    private static TapAxis Columns(in ConvolutionShape s, bool backward) => backward
        ? TapAxis.InputGradient(0, s.InputWidth, s.OutputWidth, s.KernelWidth, s.StrideX, s.PaddingLeft, s.DilationX)
        : TapAxis.Forward(s.InputWidth, s.OutputWidth, s.KernelWidth, s.StrideX, s.PaddingLeft, s.DilationX);

    private static void Add(ReadOnlySpan<double> values, Span<double> total)
    {
        for (int i = 0; i + Vector<double>.Count <= total.Length; i += Vector<double>.Count)
            (new Vector<double>(total[i..]) + new Vector<double>(values[i..])).CopyTo(total[i..]);
    }

    private static Workspace ZeroRow(CpuDevice device, nint floats)
    {
        var zeros = new Workspace(device, floats, "zeros");
        new Span<float>(zeros.Pointer, (int)floats).Clear();
        return zeros;
    }
}

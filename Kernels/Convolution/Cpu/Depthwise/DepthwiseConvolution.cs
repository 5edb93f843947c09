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

    /// <summary>output[c] = max(floor, bias[c] + scale[c] * convolution(input, weight)[c]), or the input gradient; scale and bias may be null.</summary>
    public static void Run(
        CpuDevice device, in ConvolutionShape shape, TensorView source, float* weight, float* scale, float* bias, float floor, TensorView destination, bool backward)
    {
        var planes = new ChannelPlanes(source);
        int taps = shape.KernelHeight * shape.KernelWidth;
        int padded = planes.Blocks * planes.Block;
        using Workspace packed = new(device, DepthwiseWeights.Length(planes, taps) + padded, "packed weights");
        DepthwiseWeights.Pack(planes, weight, scale, taps, backward, packed.Pointer);
        float* initial = null;
        if (bias != null)
        {
            initial = packed.Pointer + DepthwiseWeights.Length(planes, taps);
            ChannelVectors.Pad(bias, planes.Channels, initial, padded);
        }

        var target = new ChannelPlanes(destination);
        var job = new DepthwiseJob
        {
            Source = planes,
            Destination = target,
            Shape = shape,
            Backward = backward,
            Weights = packed.Pointer,
            Initial = initial,
            Floor = floor,
            Tickets = new RowTickets(target),
        };
        device.Threads.Run(job, job.Tickets.Count);
    }

    /// <summary>The gradient of the weight.</summary>
    public static void RunWeightGradient(CpuDevice device, in ConvolutionShape shape, TensorView input, TensorView outputGradient, float* weightGradient)
    {
        var gradient = new ChannelPlanes(outputGradient);
        var tickets = new RowTickets(gradient);
        int taps = shape.KernelHeight * shape.KernelWidth;
        using Workspace partials = new(device, 2L * tickets.Count * taps * gradient.Block, "weight gradient sums");
        var sums = (double*)partials.Pointer;
        device.Threads.Run(
            new DepthwiseGradientJob { Source = new ChannelPlanes(input), Gradient = gradient, Shape = shape, Tickets = tickets, Sums = sums }, tickets.Count);
        for (int c = 0; c < gradient.Channels; c++)
        {
            for (int tap = 0; tap < taps; tap++)
            {
                double sum = 0;
                for (int image = 0; image < gradient.Batch; image++)
                {
                    int first = ((image * gradient.Blocks) + (c / gradient.Block)) * tickets.PerPlane;
                    for (int ticket = first; ticket < first + tickets.PerPlane; ticket++)
                        sum += sums[((((nint)ticket * taps) + tap) * gradient.Block) + (c % gradient.Block)];
                }

                weightGradient[(c * taps) + tap] = (float)sum;
            }
        }
    }
}

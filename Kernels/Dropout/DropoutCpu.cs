using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;
using SegFromScratch.Kernels.Dropout.Cpu;

namespace SegFromScratch.Kernels.Dropout;

/// <summary>Dropout on the <c>cpu</c> device: the random numbers of <see cref="DropoutKernels"/>, sixteen channels or pixels at a time.</summary>
internal static unsafe class DropoutCpu
{
    /// <summary>Whether these kernels can work on a layout.</summary>
    public static bool Supports(TensorLayout layout) => layout.ChannelBlock is 8 or 16;

    /// <summary>output = scale * input where the element's random number is at least the rate, otherwise 0.</summary>
    public static void Apply(CpuDevice device, TensorView input, float rate, float scale, bool wholeChannels, uint keyLow, uint keyHigh, TensorView output)
    {
        var planes = new ChannelPlanes(input);
        var tickets = new PlaneTickets(planes);
        device.Threads.Run(
            new DropJob
            {
                Input = planes,
                Output = output.Data.Pointer,
                Tickets = tickets,
                Scale = scale,
                Threshold = (int)Math.Ceiling(rate * 16777216.0),
                WholeChannels = wholeChannels,
                KeyLow = keyLow,
                KeyHigh = keyHigh,
            },
            tickets.Count);
    }
}

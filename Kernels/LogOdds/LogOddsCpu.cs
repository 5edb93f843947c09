using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;
using SegFromScratch.Kernels.LogOdds.Cpu;

namespace SegFromScratch.Kernels.LogOdds;

/// <summary>Log-odds on the <c>cpu</c> device, for channel block 8 or 16. Formulas: <see cref="LogOddsKernels"/>.</summary>
internal static unsafe class LogOddsCpu
{
    /// <summary>Whether these kernels can work on a layout.</summary>
    public static bool Supports(TensorLayout layout) => layout.ChannelBlock is 8 or 16;

    /// <summary>The output; 0 in padded channels.</summary>
    public static void Forward(CpuDevice device, TensorView input, TensorView output)
    {
        var planes = new ChannelPlanes(input);
        var job = new LogOddsJob { Logits = planes, Result = output.Data.Pointer, Tickets = new PlaneTickets(planes.Batch, planes.Height * planes.Width, 1024) };
        device.Threads.Run(job, job.Tickets.Count);
    }

    /// <summary>The gradient of the input; 0 in padded channels.</summary>
    public static void Backward(CpuDevice device, TensorView input, TensorView outputGradient, TensorView inputGradient)
    {
        var planes = new ChannelPlanes(input);
        var job = new LogOddsGradientJob
        {
            Logits = planes,
            OutputGradient = outputGradient.Data.Pointer,
            Result = inputGradient.Data.Pointer,
            Tickets = new PlaneTickets(planes.Batch, planes.Height * planes.Width, 1024),
        };
        device.Threads.Run(job, job.Tickets.Count);
    }
}

using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;
using SegFromScratch.Kernels.Softmax.Cpu;

namespace SegFromScratch.Kernels.Softmax;

/// <summary>The softmax on the <c>cpu</c> device, for channel block 8 or 16.</summary>
internal static unsafe class SoftmaxCpu
{
    /// <summary>Whether these kernels can work on a layout.</summary>
    public static bool Supports(TensorLayout layout) => layout.ChannelBlock is 8 or 16;

    /// <summary>output = softmax of the input over the channels, or its logarithm; 0 in padded channels.</summary>
    public static void Forward(CpuDevice device, TensorView input, TensorView output, bool logarithm)
    {
        var planes = new ChannelPlanes(input);
        var job = new SoftmaxJob { Logits = planes, Result = output.Data.Pointer, IsLogarithm = logarithm, Tickets = new PlaneTickets(planes.Batch, planes.Height * planes.Width, 2048) };
        device.Threads.Run(job, job.Tickets.Count);
    }

    /// <summary>The gradient of the input from the output and its gradient; 0 in padded channels.</summary>
    public static void Backward(CpuDevice device, TensorView output, TensorView outputGradient, TensorView inputGradient, bool logarithm)
    {
        var planes = new ChannelPlanes(output);
        var job = new SoftmaxGradientJob
        {
            Output = planes,
            OutputGradient = outputGradient.Data.Pointer,
            Result = inputGradient.Data.Pointer,
            IsLogarithm = logarithm,
            Tickets = new PlaneTickets(planes.Batch, planes.Height * planes.Width, 2048),
        };
        device.Threads.Run(job, job.Tickets.Count);
    }
}

using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;
using SegFromScratch.Kernels.MaxPooling.Cpu;

namespace SegFromScratch.Kernels.MaxPooling;

/// <summary>Max pooling on the <c>cpu</c> device, for tensors of channel block 8 or 16; windows of any size, stride, padding and dilation.</summary>
internal static unsafe class MaxPoolingCpu
{
    /// <summary>Whether these kernels can work on a layout.</summary>
    public static bool Supports(TensorLayout layout) => layout.ChannelBlock is 8 or 16;

    /// <summary>output = maximum of each window; indices, laid out as the output, says where in the image it lies: h * W + w.</summary>
    public static void Forward(CpuDevice device, MaxPoolingShape shape, TensorView input, TensorView output, ArrayView<int> indices)
    {
        var planes = new ChannelPlanes(output);
        var job = new MaximumJob { Shape = shape, Input = new ChannelPlanes(input), Output = planes, Indices = indices.Pointer, Tickets = new RowTickets(planes) };
        device.Threads.Run(job, job.Tickets.Count);
    }

    /// <summary>output = maximum of each window, for inference.</summary>
    public static void Values(CpuDevice device, MaxPoolingShape shape, TensorView input, TensorView output)
    {
        var source = new ChannelPlanes(input);
        var planes = new ChannelPlanes(output);
        var job = new MaximumValueJob { Shape = shape, Input = source, Output = planes, Around = new StoresAround(source, planes), Tickets = new RowTickets(planes) };
        device.Threads.Run(job, job.Tickets.Count);
    }

    /// <summary>inputGradient = sum of the gradients of those windows whose maximum each pixel is.</summary>
    public static void Backward(CpuDevice device, MaxPoolingShape shape, TensorView outputGradient, ArrayView<int> indices, TensorView inputGradient)
    {
        var planes = new ChannelPlanes(inputGradient);
        var job = new MaximumGradientJob
        {
            Shape = shape,
            OutputGradient = new ChannelPlanes(outputGradient),
            Indices = indices.Pointer,
            InputGradient = planes,
            Tickets = new RowTickets(planes),
        };
        device.Threads.Run(job, job.Tickets.Count);
    }
}

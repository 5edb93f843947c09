using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;
using SegFromScratch.Kernels.Interpolation.Cpu;

namespace SegFromScratch.Kernels.Interpolation;

/// <summary>Interpolation on the <c>cpu</c> device, for tensors of channel block 8 or 16 and any sizes.</summary>
internal static unsafe class InterpolationCpu
{
    /// <summary>Whether these kernels can work on a layout.</summary>
    public static bool Supports(TensorLayout layout) => layout.ChannelBlock is 8 or 16;

    /// <summary>output = the input pixel that each output pixel falls on.</summary>
    public static void NearestForward(CpuDevice device, NearestAxis rows, NearestAxis columns, TensorView input, TensorView output)
    {
        using Workspace tables = new(device, GatherAxis.Floats(rows.Input, rows.Output) + GatherAxis.Floats(columns.Input, columns.Output), "interpolation tables");
        float* second = tables.Pointer + GatherAxis.Floats(rows.Input, rows.Output);
        Run(device, GatherAxis.Forward(rows, tables.Pointer), GatherAxis.Forward(columns, second), input, output);
    }

    /// <summary>inputGradient = sum of outputGradient over the output pixels that fall on each input pixel.</summary>
    public static void NearestBackward(CpuDevice device, NearestAxis rows, NearestAxis columns, TensorView outputGradient, TensorView inputGradient)
    {
        int rowFloats = GatherAxis.Floats(rows.Input, rows.Output), columnFloats = GatherAxis.Floats(columns.Input, columns.Output);
        using Workspace tables = new(device, 2L * (rowFloats + columnFloats), "interpolation tables");
        float* second = tables.Pointer + (2 * rowFloats);
        GatherAxis rowTable = GatherAxis.Forward(rows, tables.Pointer).Transpose(rows.Input, tables.Pointer + rowFloats);
        Run(device, rowTable, GatherAxis.Forward(columns, second).Transpose(columns.Input, second + columnFloats), outputGradient, inputGradient);
    }

    /// <summary>output = the mean of the four input pixels around each output pixel, weighted by nearness.</summary>
    public static void BilinearForward(CpuDevice device, BilinearAxis rows, BilinearAxis columns, TensorView input, TensorView output)
    {
        using Workspace tables = new(device, GatherAxis.Floats(rows.Input, rows.Output) + GatherAxis.Floats(columns.Input, columns.Output), "interpolation tables");
        float* second = tables.Pointer + GatherAxis.Floats(rows.Input, rows.Output);
        Run(device, GatherAxis.Forward(rows, tables.Pointer), GatherAxis.Forward(columns, second), input, output);
    }

    /// <summary>inputGradient = sum of outputGradient over the output pixels that read each input pixel, by the weight with which they did.</summary>
    public static void BilinearBackward(CpuDevice device, BilinearAxis rows, BilinearAxis columns, TensorView outputGradient, TensorView inputGradient)
    {
        int rowFloats = GatherAxis.Floats(rows.Input, rows.Output), columnFloats = GatherAxis.Floats(columns.Input, columns.Output);
        using Workspace tables = new(device, 2L * (rowFloats + columnFloats), "interpolation tables");
        float* second = tables.Pointer + (2 * rowFloats);
        GatherAxis rowTable = GatherAxis.Forward(rows, tables.Pointer).Transpose(rows.Input, tables.Pointer + rowFloats);
        Run(device, rowTable, GatherAxis.Forward(columns, second).Transpose(columns.Input, second + columnFloats), outputGradient, inputGradient);
    }

    private static void Run(CpuDevice device, GatherAxis rows, GatherAxis columns, TensorView source, TensorView target)
    {
        var planes = new ChannelPlanes(target);
        var sources = new ChannelPlanes(source);
        using Workspace blends = new(device, device.Threads.Threads * (long)sources.Row, "blended rows");
        var job = new GatherJob { Source = sources, Target = planes, Rows = rows, Columns = columns, Blends = blends.Pointer, Tickets = new RowTickets(planes) };
        device.Threads.Run(job, job.Tickets.Count);
    }
}

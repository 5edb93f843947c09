using System.Runtime.Intrinsics;
using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Devices.Cpu;

namespace SegFromScratch.Kernels.Cpu.Gathering;

/// <summary>
/// Operations on images whose results are weighted sums of pixels, rows and columns apart:
/// <c>output[y, x] = sum over r, c of rowWeight(y, r) * columnWeight(x, c) * input[r, c]</c>.
/// For tensors of one channel block, 8 or 16.
/// </summary>
internal static unsafe class SeparableGather
{
    /// <summary>Whether these loops can work between two layouts.</summary>
    public static bool Supports(TensorLayout input, TensorLayout output) =>
        input.ChannelBlock is 8 or 16 && input.ChannelBlock == output.ChannelBlock;

    /// <summary>As <see cref="Forward"/>, where the device is the cpu, its fast kernels are wanted and the layouts are of those that these loops can work between.</summary>
    /// <returns>Whether it was; otherwise the operation's own kernel has to run.</returns>
    public static bool TryForward<TRows, TColumns>(Device device, TRows rows, TColumns columns, TensorView input, TensorView output)
        where TRows : struct, IGatherReads
        where TColumns : struct, IGatherReads
    {
        CpuDevice? cpu = CpuPath.Of(device, Supports(input.Layout, output.Layout));
        if (cpu is not null)
            Forward(cpu, rows, columns, input, output);
        return cpu is not null;
    }

    /// <summary>As <see cref="Backward"/>, under the conditions of <see cref="TryForward"/>.</summary>
    /// <returns>Whether they were met.</returns>
    public static bool TryBackward<TRows, TColumns>(Device device, TRows rows, TColumns columns, TensorView outputGradient, TensorView inputGradient)
        where TRows : struct, IGatherReads
        where TColumns : struct, IGatherReads
    {
        CpuDevice? cpu = CpuPath.Of(device, Supports(inputGradient.Layout, outputGradient.Layout));
        if (cpu is not null)
            Backward(cpu, rows, columns, outputGradient, inputGradient);
        return cpu is not null;
    }

    /// <summary>Computes the output from the input.</summary>
    /// <param name="device">Where it runs.</param>
    /// <param name="rows">What the output's rows read.</param>
    /// <param name="columns">What the output's columns read.</param>
    /// <param name="input">Is read.</param>
    /// <param name="output">Is written.</param>
    /// <param name="gradientFollows">Whether a backward pass will read a gradient of the output's size.</param>
    public static void Forward<TRows, TColumns>(CpuDevice device, TRows rows, TColumns columns, TensorView input, TensorView output, bool gradientFollows = false)
        where TRows : struct, IGatherReads
        where TColumns : struct, IGatherReads
    {
        int rowFloats = GatherTable.Floats(rows);
        using Workspace tables = new(device, rowFloats + GatherTable.Floats(columns), "gather tables");
        Run(device, GatherTable.Create(rows, tables.Pointer), GatherTable.Create(columns, tables.Pointer + rowFloats), input, output, gradientFollows);
    }

    /// <summary>Computes the gradient of the input from that of the output: each pixel gathers from the results that read it, by the weight with which they did.</summary>
    public static void Backward<TRows, TColumns>(CpuDevice device, TRows rows, TColumns columns, TensorView outputGradient, TensorView inputGradient)
        where TRows : struct, IGatherReads
        where TColumns : struct, IGatherReads
    {
        int rowFloats = GatherTable.Floats(rows), columnFloats = GatherTable.Floats(columns);
        using Workspace tables = new(device, 2L * (rowFloats + columnFloats), "gather tables");
        float* second = tables.Pointer + (2 * rowFloats);
        GatherTable readers = GatherTable.Create(rows, tables.Pointer);
        GatherTable columnReaders = GatherTable.Create(columns, second), columnTable = columnReaders.Transpose(columns.Sources, second + columnFloats);
        if (rows.Targets >= 2 * rows.Sources)
            Reduce(device, readers, columnReaders, columnTable, outputGradient, inputGradient);
        else
            Run(device, readers.Transpose(rows.Sources, tables.Pointer + rowFloats), columnTable, outputGradient, inputGradient, gradientFollows: false);
    }

    private static void Reduce(CpuDevice device, GatherTable readers, GatherTable columnReaders, GatherTable columns, TensorView source, TensorView target)
    {
        var planes = new ChannelPlanes(target);
        using Workspace narrowed = new(device, device.Threads.Threads * ReductionJob.Floats(planes), "narrowed rows");
        var job = new ReductionJob
        {
            Source = new ChannelPlanes(source),
            Target = planes,
            Readers = readers,
            ColumnReaders = columnReaders,
            Columns = columns,
            TakesFour = Vector512.IsHardwareAccelerated && readers.Enlarges(planes.Height) && columnReaders.Enlarges(planes.Width),
            Narrowed = narrowed.Pointer,
            Tickets = new RowTickets(planes),
        };
        device.Threads.Run(job, job.Tickets.Count);
    }

    private static void Run(CpuDevice device, GatherTable rows, GatherTable columns, TensorView source, TensorView target, bool gradientFollows)
    {
        var planes = new ChannelPlanes(target);
        var sources = new ChannelPlanes(source);
        if (rows.Enlarges(sources.Height))
        {
            using Workspace widened = new(device, device.Threads.Threads * EnlargementJob.Floats(planes.Block), "widened rows");
            var enlargement = new EnlargementJob
            {
                Source = sources,
                Target = planes,
                Rows = rows,
                Columns = columns,
                Widened = widened.Pointer,
                Around = new StoresAround(sources, planes, gradientFollows),
                Tickets = EnlargementJob.Cut(planes),
            };
            device.Threads.Run(enlargement, enlargement.Tickets.Count);
            return;
        }

        using Workspace blends = new(device, device.Threads.Threads * (long)sources.Row, "blended rows");
        var job = new GatherJob { Source = sources, Target = planes, Rows = rows, Columns = columns, Blends = blends.Pointer, Tickets = new RowTickets(planes) };
        device.Threads.Run(job, job.Tickets.Count);
    }
}

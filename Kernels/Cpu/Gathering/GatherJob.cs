using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Engine.Devices.Cpu;

namespace SegFromScratch.Kernels.Cpu.Gathering;

/// <summary>
/// target[y, x] = sum of column weight * (sum of row weight * source) over the rows and columns that the two tables name.
/// Rows first: the blend of a target row's source rows is as wide as the source, fits the first-level cache and serves all columns.
/// </summary>
internal unsafe struct GatherJob : ICpuJob
{
    /// <summary>What is read.</summary>
    public ChannelPlanes Source;

    /// <summary>What is written.</summary>
    public ChannelPlanes Target;

    /// <summary>The rows.</summary>
    public GatherTable Rows;

    /// <summary>The columns.</summary>
    public GatherTable Columns;

    /// <summary>Room for a row of the source a worker.</summary>
    public float* Blends;

    /// <summary>How the target is cut.</summary>
    public RowTickets Tickets;

    /// <inheritdoc/>
    public readonly void Execute(int ticket, int worker)
    {
        (int plane, int first, int end) = Tickets.Find(ticket);
        float* memory = Blends + (worker * Source.Row);
        for (int y = first; y < end; y++)
        {
            float* target = Target.Data + (plane * Target.Plane) + (y * Target.Row);
            if (Vector512.IsHardwareAccelerated && Source.Block == Lanes16.Count)
            {
                float* row = Blend<Lanes16>(plane, y, memory);
                Gather<Lanes16>(Columns, Source.Block, row, 0, Columns.Targets, target);
                continue;
            }

            float* halves = Blend<Lanes8>(plane, y, memory);
            for (int channel = 0; channel < Source.Block; channel += Lanes8.Count)
                Gather<Lanes8>(Columns, Source.Block, halves + channel, 0, Columns.Targets, target + channel);
        }
    }

    /// <summary>The sum of weighted source rows of a target row; a single row of weight 1 is handed out itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly float* Blend<TLanes>(int plane, int y, float* blend)
        where TLanes : struct, ILanes<TLanes>
    {
        float* source = Source.Data + (plane * Source.Plane);
        int* places = Rows.Places;
        float* weights = Rows.Weights;
        int first = Rows.Starts[y], end = Rows.Starts[y + 1];
        if (end - first == 1 && weights[first] == 1f)
            return source + (places[first] * Source.Row);
        nint i = 0;
        int count = TLanes.Count;
        for (; i + (4 * count) <= Source.Row; i += 4 * count)
        {
            TLanes a = TLanes.Create(0f), b = a, c = a, d = a;
            for (int r = first; r < end; r++)
            {
                float* row = source + (places[r] * Source.Row) + i;
                TLanes weight = TLanes.Create(weights[r]);
                a = TLanes.MultiplyAdd(TLanes.Load(row), weight, a);
                b = TLanes.MultiplyAdd(TLanes.Load(row + count), weight, b);
                c = TLanes.MultiplyAdd(TLanes.Load(row + (2 * count)), weight, c);
                d = TLanes.MultiplyAdd(TLanes.Load(row + (3 * count)), weight, d);
            }

            a.Store(blend + i);
            b.Store(blend + i + count);
            c.Store(blend + i + (2 * count));
            d.Store(blend + i + (3 * count));
        }

        for (; i < Source.Row; i += count)
        {
            TLanes sum = TLanes.Create(0f);
            for (int r = first; r < end; r++)
                sum = TLanes.MultiplyAdd(TLanes.Load(source + (places[r] * Source.Row) + i), TLanes.Create(weights[r]), sum);
            sum.Store(blend + i);
        }

        return blend;
    }

    /// <summary>The sum of weighted columns for each target column; upsampling reads one or two.</summary>
    /// <param name="columns">The columns.</param>
    /// <param name="block">Floats of a pixel.</param>
    /// <param name="row">The first of the lanes in a row of the source.</param>
    /// <param name="begin">The first target column.</param>
    /// <param name="end">The end of the target columns.</param>
    /// <param name="target">The first of the lanes in the first target column.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gather<TLanes>(in GatherTable columns, nint block, float* row, int begin, int end, float* target)
        where TLanes : struct, ILanes<TLanes>
    {
        int* starts = columns.Starts;
        int* places = columns.Places;
        float* weights = columns.Weights;
        int read = starts[begin];
        for (int x = begin; x < end; x++, target += block)
        {
            int readEnd = starts[x + 1];
            TLanes sum = TLanes.Create(0f);
            if (readEnd - read == 2)
            {
                sum = TLanes.Load(row + (places[read] * block)) * TLanes.Create(weights[read]);
                sum = TLanes.MultiplyAdd(TLanes.Load(row + (places[read + 1] * block)), TLanes.Create(weights[read + 1]), sum);
                read = readEnd;
            }
            else
            {
                for (; read < readEnd; read++)
                    sum = TLanes.MultiplyAdd(TLanes.Load(row + (places[read] * block)), TLanes.Create(weights[read]), sum);
            }

            sum.Store(target);
        }
    }
}

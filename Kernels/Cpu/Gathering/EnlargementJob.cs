using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using SegFromScratch.Engine.Devices.Cpu;

namespace SegFromScratch.Kernels.Cpu.Gathering;

/// <summary>
/// The same as <see cref="GatherJob"/> where the target has more rows than the source. Columns first: a source row is brought to the target's width once for
/// all target rows that read it, and what is done for each of these is a blend of two rows from end to end, without a table.
/// </summary>
internal unsafe struct EnlargementJob : ICpuJob
{
    private const int Slots = 2;

    /// <summary>What is read.</summary>
    public ChannelPlanes Source;

    /// <summary>What is written.</summary>
    public ChannelPlanes Target;

    /// <summary>The rows.</summary>
    public GatherTable Rows;

    /// <summary>The columns.</summary>
    public GatherTable Columns;

    /// <summary>Room for <see cref="Floats"/> a worker.</summary>
    public float* Widened;

    /// <summary>Results are written around the caches.</summary>
    public bool Around;

    /// <summary>How the target is cut.</summary>
    public RowTickets Tickets;

    /// <summary>Whether a table of rows is of this kind: two targets and more for each source, which read one source or two neighbours.</summary>
    public static bool Supports(in GatherTable rows, int sources)
    {
        bool supports = rows.Targets >= 2 * sources;
        for (int y = 0; supports && y < rows.Targets; y++)
        {
            int first = rows.Starts[y], count = rows.Starts[y + 1] - first;
            supports = count == 1 || (count == 2 && rows.Places[first + 1] == rows.Places[first] + 1);
        }

        return supports;
    }

    /// <summary>Memory that a worker needs.</summary>
    public static long Floats(in ChannelPlanes target) => Slots * target.Row;

    /// <inheritdoc/>
    public readonly void Execute(int ticket, int worker)
    {
        (int plane, int first, int end) = Tickets.Find(ticket);
        float* memory = Widened + (worker * Floats(Target));

        // The source row that each slot holds. Neighbours lie in different ones.
        int* held = stackalloc int[Slots] { -1, -1 };
        for (int y = first; y < end; y++)
        {
            int read = Rows.Starts[y], last = Rows.Starts[y + 1] - 1;
            float* upper = Widen(plane, Rows.Places[read], memory, held), lower = Widen(plane, Rows.Places[last], memory, held);
            float* target = Target.Data + (plane * Target.Plane) + (y * Target.Row);
            if (Vector512.IsHardwareAccelerated && Source.Block == Lanes16.Count)
                Blend<Lanes16>(upper, Rows.Weights[read], lower, read == last ? 0f : Rows.Weights[last], target);
            else
                Blend<Lanes8>(upper, Rows.Weights[read], lower, read == last ? 0f : Rows.Weights[last], target);
        }

        // Unlike others, stores around the caches may be seen late.
        if (Around && Sse.IsSupported)
            Sse.StoreFence();
    }

    /// <summary>A source row as wide as the target.</summary>
    private readonly float* Widen(int plane, int row, float* memory, int* held)
    {
        int slot = row % Slots;
        float* wide = memory + (slot * Target.Row);
        if (held[slot] == row)
            return wide;
        held[slot] = row;
        float* source = Source.Data + (plane * Source.Plane) + (row * Source.Row);
        if (Vector512.IsHardwareAccelerated && Source.Block == Lanes16.Count)
        {
            GatherJob.Gather<Lanes16>(Columns, Source.Block, source, wide);
            return wide;
        }

        for (int channel = 0; channel < Source.Block; channel += Lanes8.Count)
            GatherJob.Gather<Lanes8>(Columns, Source.Block, source + channel, wide + channel);
        return wide;
    }

    /// <summary>target = upper * upperWeight + lower * lowerWeight; without the second product if its weight is 0, because 0 times infinity is no number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Blend<TLanes>(float* upper, float upperWeight, float* lower, float lowerWeight, float* target)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes u = TLanes.Create(upperWeight), l = TLanes.Create(lowerWeight);
        int count = TLanes.Count;
        bool two = lowerWeight != 0f, around = Around;
        for (nint i = 0; i < Target.Row; i += count)
        {
            TLanes value = TLanes.Load(upper + i) * u;
            if (two)
                value = TLanes.MultiplyAdd(TLanes.Load(lower + i), l, value);
            if (around)
                value.StoreAround(target + i);
            else
                value.Store(target + i);
        }
    }
}

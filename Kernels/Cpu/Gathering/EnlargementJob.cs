using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using SegFromScratch.Engine.Devices.Cpu;

namespace SegFromScratch.Kernels.Cpu.Gathering;

/// <summary>
/// The same as <see cref="GatherJob"/> where the target has more rows than the source. Columns first: a source row is brought to the target's width once for
/// all target rows that read it, and what is left for each of these is a blend of two rows from end to end, without a table.
/// </summary>
internal unsafe struct EnlargementJob : ICpuJob
{
    // Two widened rows of so many columns stay in the first-level cache while a target goes past.
    private const int Strip = 64;
    private const int Slots = 2;

    // A page between the rows of two workers: what the processor fetches beyond the end of one's must not be lines that the other writes.
    private const int Gap = 1024;

    // Rows that read the same two sources are written in one go, so tickets have many rows, and multiples of the usual scales.
    private const int RowsTogether = 8;
    private const int PixelsEach = 8192;

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

    /// <summary>Which results are written around the caches.</summary>
    public StoresAround Around;

    /// <summary>How the target is cut.</summary>
    public RowTickets Tickets;

    /// <summary>Memory that a worker needs.</summary>
    public static long Floats(int block) => (Slots * Strip * block) + Gap;

    /// <summary>How a target is cut.</summary>
    public static RowTickets Cut(in ChannelPlanes target) => new(target, RowsTogether, PixelsEach);

    /// <inheritdoc/>
    public readonly void Execute(int ticket, int worker)
    {
        (int plane, int first, int end) = Tickets.Find(ticket);
        float* memory = Widened + (worker * Floats(Source.Block));
        for (int column = 0; column < Target.Width; column += Strip)
        {
            int columnEnd = Math.Min(Target.Width, column + Strip);
            if (Vector512.IsHardwareAccelerated && Source.Block == Lanes16.Count)
                Columnwise<Lanes16>(plane, first, end, column, columnEnd, memory);
            else
                Columnwise<Lanes8>(plane, first, end, column, columnEnd, memory);
        }

        // Unlike others, stores around the caches may be seen late.
        if (Around.Any && Sse.IsSupported)
            Sse.StoreFence();
    }

    /// <summary>Some columns of some rows.</summary>
    private readonly void Columnwise<TLanes>(int plane, int first, int end, int column, int columnEnd, float* memory)
        where TLanes : struct, ILanes<TLanes>
    {
        // The source row that each slot holds. Neighbours lie in different ones.
        int* held = stackalloc int[Slots] { -1, -1 };
        nint floats = (nint)(columnEnd - column) * Source.Block;
        for (int y = first; y < end;)
        {
            int read = Rows.Starts[y], reads = Rows.Starts[y + 1] - read;
            float* upper = Widen<TLanes>(plane, Rows.Places[read], column, columnEnd, memory, held);
            float* lower = Widen<TLanes>(plane, Rows.Places[read + reads - 1], column, columnEnd, memory, held);
            float* target = Target.Data + (plane * Target.Plane) + (y * Target.Row) + ((nint)column * Target.Block);
            int alike = reads == 2 ? Alike(y, end) : 1;
            if (alike >= 4)
                RowBlend.Four<TLanes>(upper, lower, Rows.Weights + read, target, Target.Row, floats, Around.Rows(4));
            else if (alike >= 2)
                RowBlend.Two<TLanes>(upper, lower, Rows.Weights + read, target, Target.Row, floats, Around.Rows(2));
            else if (reads == 2)
                RowBlend.One<TLanes>(upper, lower, Rows.Weights + read, target, floats, Around.Of(y));
            else
                RowBlend.Scaled<TLanes>(upper, Rows.Weights[read], target, floats, Around.Of(y));
            y += alike >= 4 ? 4 : alike >= 2 ? 2 : 1;
        }
    }

    /// <summary>Rows from one on that read the same two sources, up to four.</summary>
    private readonly int Alike(int y, int end)
    {
        int read = Rows.Starts[y], count = 1;
        while (count < 4 && y + count < end && Rows.Starts[y + count + 1] == read + (2 * (count + 1)) && Rows.Places[read + (2 * count)] == Rows.Places[read])
            count++;
        return count;
    }

    /// <summary>Some columns of a source row as wide as the target.</summary>
    private readonly float* Widen<TLanes>(int plane, int row, int column, int columnEnd, float* memory, int* held)
        where TLanes : struct, ILanes<TLanes>
    {
        int slot = row % Slots;
        float* wide = memory + ((nint)slot * Strip * Source.Block);
        if (held[slot] == row)
            return wide;
        held[slot] = row;
        float* source = Source.Data + (plane * Source.Plane) + (row * Source.Row);
        for (int channel = 0; channel < Source.Block; channel += TLanes.Count)
            Columnwise<TLanes>(Columns, Source.Block, source + channel, column, columnEnd, wide + channel);
        return wide;
    }

    /// <summary>As <see cref="GatherJob.Gather"/>, with one load for all of four neighbours that read the same two columns: the inner columns of an enlargement by 4 and more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Columnwise<TLanes>(in GatherTable columns, nint block, float* row, int begin, int end, float* target)
        where TLanes : struct, ILanes<TLanes>
    {
        int* starts = columns.Starts;
        for (int x = begin; x < end;)
        {
            int read = starts[x];
            int* places = columns.Places + read;
            if (x + 4 > end || !columns.IsFourPairs(x))
            {
                GatherJob.Gather<TLanes>(columns, block, row, x, x + 1, target);
                x++;
                target += block;
                continue;
            }

            float* weights = columns.Weights + read;
            TLanes left = TLanes.Load(row + (places[0] * block)), right = TLanes.Load(row + (places[1] * block));
            for (int i = 0; i < 4; i++, weights += 2, target += block)
                TLanes.MultiplyAdd(right, TLanes.Create(weights[1]), left * TLanes.Create(weights[0])).Store(target);
            x += 4;
        }
    }
}

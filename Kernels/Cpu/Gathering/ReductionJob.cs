using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Engine.Devices.Cpu;

namespace SegFromScratch.Kernels.Cpu.Gathering;

/// <summary>
/// The same as <see cref="GatherJob"/> where the source has more rows than the target, as in the backward pass of an enlargement. Columns first: each source row
/// is read once and brought to the target's width, and this short row is added to the target rows that read it, from the first source row to the last.
/// </summary>
internal unsafe struct ReductionJob : ICpuJob
{
    // A page between the rows of two workers: what the processor fetches beyond the end of one's must not be lines that the other writes.
    private const int Gap = 1024;

    /// <summary>What is read.</summary>
    public ChannelPlanes Source;

    /// <summary>What is written.</summary>
    public ChannelPlanes Target;

    /// <summary>For each source row the target rows that read it, and by which weight.</summary>
    public GatherTable Readers;

    /// <summary>For each source column the target columns that read it.</summary>
    public GatherTable ColumnReaders;

    /// <summary>The columns.</summary>
    public GatherTable Columns;

    /// <summary>Whether rows are taken four at a time where they can be. This needs 32 vector registers, and tables of enlargements.</summary>
    public bool TakesFour;

    /// <summary>Room for <see cref="Floats"/> a worker.</summary>
    public float* Narrowed;

    /// <summary>How the target is cut.</summary>
    public RowTickets Tickets;

    /// <summary>Memory that a worker needs.</summary>
    public static long Floats(in ChannelPlanes target) => target.Row + Gap;

    /// <inheritdoc/>
    public readonly void Execute(int ticket, int worker)
    {
        (int plane, int first, int end) = Tickets.Find(ticket);
        float* narrow = Narrowed + (worker * Floats(Target));
        if (Vector512.IsHardwareAccelerated && Source.Block == Lanes16.Count)
            Rows<Lanes16>(plane, first, end, narrow);
        else
            Rows<Lanes8>(plane, first, end, narrow);
    }

    private readonly void Rows<TLanes>(int plane, int first, int end, float* narrow)
        where TLanes : struct, ILanes<TLanes>
    {
        float* target = Target.Data + (plane * Target.Plane);
        new Span<float>(target + (first * Target.Row), (int)((end - first) * Target.Row)).Clear();
        for (int row = 0; row < Source.Height; row++)
        {
            if (TakesFour && IsFourInside(row, first, end))
            {
                AddFour<TLanes>(plane, row);
                row += 3;
                continue;
            }

            bool isNarrowed = false;
            for (int reader = Readers.Starts[row]; reader < Readers.Starts[row + 1]; reader++)
            {
                int y = Readers.Places[reader];
                if (y < first || y >= end)
                    continue;
                if (!isNarrowed)
                    Narrow<TLanes>(Source.Data + (plane * Source.Plane) + (row * Source.Row), narrow);
                isNarrowed = true;
                Add<TLanes>(narrow, Readers.Weights[reader], target + (y * Target.Row), Target.Row);
            }
        }
    }

    /// <summary>Whether four rows from one on are read by the same two target rows, both among those of the ticket.</summary>
    private readonly bool IsFourInside(int row, int first, int end)
    {
        if (row + 4 > Source.Height || !Readers.IsFourPairs(row))
            return false;
        int upper = Readers.Places[Readers.Starts[row]];
        return upper >= first && upper + 1 < end;
    }

    private readonly void AddFour<TLanes>(int plane, int row)
        where TLanes : struct, ILanes<TLanes>
    {
        var sums = new FourRowSums<TLanes> { Readers = ColumnReaders, Targets = Target.Width, Block = Source.Block };
        int read = Readers.Starts[row];
        float* source = Source.Data + (plane * Source.Plane) + (row * Source.Row);
        float* upper = Target.Data + (plane * Target.Plane) + (Readers.Places[read] * Target.Row);
        for (int channel = 0; channel < Source.Block; channel += TLanes.Count)
            sums.Run(source + channel, Source.Row, Readers.Weights + read, upper + channel, upper + Target.Row + channel);
    }

    private readonly void Narrow<TLanes>(float* row, float* narrow)
        where TLanes : struct, ILanes<TLanes>
    {
        for (int channel = 0; channel < Source.Block; channel += TLanes.Count)
            GatherJob.Gather<TLanes>(Columns, Source.Block, row + channel, 0, Columns.Targets, narrow + channel);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add<TLanes>(float* row, float weight, float* sums, nint floats)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes factor = TLanes.Create(weight);
        for (nint i = 0; i < floats; i += TLanes.Count)
            TLanes.MultiplyAdd(TLanes.Load(row + i), factor, TLanes.Load(sums + i)).Store(sums + i);
    }
}

using System.Runtime.CompilerServices;

namespace SegFromScratch.Kernels.Cpu.Gathering;

/// <summary>
/// One axis of a gather as a table: which source positions each target position reads, and by which weight.
/// The transposed table is the backward pass; so resampling, pooling by averages, padding and cropping are one job, forwards and backwards.
/// </summary>
internal readonly unsafe struct GatherTable
{
    /// <summary>Where the reads of each target start; one more number than targets.</summary>
    public readonly int* Starts;

    /// <summary>The source position of each read; those of one target follow each other.</summary>
    public readonly int* Places;

    /// <summary>The weight of each read.</summary>
    public readonly float* Weights;

    /// <summary>Positions that are written.</summary>
    public readonly int Targets;

    private GatherTable(float* memory, int targets, int reads)
    {
        Starts = (int*)memory;
        Places = (int*)memory + targets + 1;
        Weights = memory + targets + 1 + reads;
        Targets = targets;
    }

    /// <summary>The floats that a table or its transpose needs room for.</summary>
    public static int Floats<TReads>(TReads reads)
        where TReads : struct, IGatherReads =>
        Math.Max(reads.Sources, reads.Targets) + 1 + (2 * CountAll(reads));

    /// <summary>The table of an axis.</summary>
    /// <param name="reads">The axis.</param>
    /// <param name="memory">Room for <see cref="Floats"/> numbers.</param>
    public static GatherTable Create<TReads>(TReads reads, float* memory)
        where TReads : struct, IGatherReads
    {
        var table = new GatherTable(memory, reads.Targets, CountAll(reads));
        int entry = 0;
        for (int target = 0; target < reads.Targets; target++)
        {
            table.Starts[target] = entry;
            int count = reads.Count(target);
            for (int k = 0; k < count; k++)
            {
                (int source, float weight) = reads.Read(target, k);
                table.Put(entry++, source, weight);
            }
        }

        table.Starts[reads.Targets] = entry;
        return table;
    }

    /// <summary>Whether this is an enlargement: two targets and more for each source, which read one source or two neighbours.</summary>
    public bool Enlarges(int sources)
    {
        bool enlarges = Targets >= 2 * sources;
        for (int target = 0; enlarges && target < Targets; target++)
        {
            int first = Starts[target], count = Starts[target + 1] - first;
            enlarges = count == 1 || (count == 2 && Places[first + 1] == Places[first] + 1);
        }

        return enlarges;
    }

    /// <summary>Whether four targets read two sources each, all the same.</summary>
    /// <param name="target">The first of them; the other three must be there.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsFourPairs(int target)
    {
        int* starts = Starts + target;
        int first = starts[0];
        int* places = Places + first;
        return starts[1] == first + 2 && starts[2] == first + 4 && starts[3] == first + 6 && starts[4] == first + 8
            && places[0] == places[2] && places[0] == places[4] && places[0] == places[6]
            && places[1] == places[3] && places[1] == places[5] && places[1] == places[7];
    }

    /// <summary>The table of the opposite direction.</summary>
    /// <param name="sources">The positions that this table reads from; they are written by the result.</param>
    /// <param name="memory">Room for <see cref="Floats"/> numbers.</param>
    public GatherTable Transpose(int sources, float* memory)
    {
        var table = new GatherTable(memory, sources, Starts[Targets]);
        new Span<int>(table.Starts, sources + 1).Clear();
        for (int entry = 0; entry < Starts[Targets]; entry++)
            table.Starts[Places[entry] + 1]++;
        for (int i = 0; i < sources; i++)
            table.Starts[i + 1] += table.Starts[i];

        // Filling moves each start to its end, which is the start of the next: they are moved back afterwards.
        for (int target = 0; target < Targets; target++)
        {
            for (int entry = Starts[target]; entry < Starts[target + 1]; entry++)
                table.Put(table.Starts[Places[entry]]++, target, Weights[entry]);
        }

        for (int i = sources; i > 0; i--)
            table.Starts[i] = table.Starts[i - 1];
        table.Starts[0] = 0;
        return table;
    }

    private static int CountAll<TReads>(TReads reads)
        where TReads : struct, IGatherReads
    {
        int count = 0;
        for (int target = 0; target < reads.Targets; target++)
            count += reads.Count(target);
        return count;
    }

    private void Put(int entry, int place, float weight)
    {
        Places[entry] = place;
        Weights[entry] = weight;
    }
}

namespace SegFromScratch.Kernels.Interpolation.Cpu;

/// <summary>
/// One axis of a resampling as a table: which source positions each target position reads, and by which weight.
/// The transposed table is the backward pass; so forward and backward, nearest and bilinear are one job.
/// </summary>
/// <param name="memory">Room for <see cref="Floats"/> numbers.</param>
/// <param name="targets">Positions that are written.</param>
/// <param name="entries">The most reads of all positions together.</param>
internal readonly unsafe struct GatherAxis(float* memory, int targets, int entries)
{
    /// <summary>Where the reads of each target start; one more number than targets.</summary>
    public readonly int* Starts = (int*)memory;

    /// <summary>The source position of each read, rising.</summary>
    public readonly int* Places = (int*)memory + targets + 1;

    /// <summary>The weight of each read.</summary>
    public readonly float* Weights = memory + targets + 1 + entries;

    /// <summary>Positions that are written.</summary>
    public readonly int Targets = targets;

    /// <summary>The room that a table needs: a forward pass reads at most two positions for each output, and the backward pass is its transpose.</summary>
    public static int Floats(int input, int output) => Math.Max(input, output) + 1 + (4 * output);

    /// <summary>Each output reads one input.</summary>
    public static GatherAxis Forward(NearestAxis axis, float* memory)
    {
        var table = new GatherAxis(memory, axis.Output, 2 * axis.Output);
        for (int i = 0; i < axis.Output; i++)
            table.Set(i, axis.Source(i), 1f);
        table.Starts[axis.Output] = axis.Output;
        return table;
    }

    /// <summary>Each output reads one or two inputs. Reads of weight 0 are left out: they must not spread infinities.</summary>
    public static GatherAxis Forward(BilinearAxis axis, float* memory)
    {
        var table = new GatherAxis(memory, axis.Output, 2 * axis.Output);
        int count = 0;
        for (int i = 0; i < axis.Output; i++)
        {
            table.Starts[i] = count;
            int lower = axis.Lower(i), upper = axis.Upper(lower);
            float fraction = upper == lower ? 0f : axis.Fraction(i, lower);
            table.Put(count++, lower, 1f - fraction);
            if (fraction > 0f)
                table.Put(count++, upper, fraction);
        }

        table.Starts[axis.Output] = count;
        return table;
    }

    /// <summary>The table of the opposite direction.</summary>
    /// <param name="sources">The positions that this table reads from; they are written by the result.</param>
    /// <param name="memory">Room for <see cref="Floats"/> numbers.</param>
    public GatherAxis Transpose(int sources, float* memory)
    {
        var table = new GatherAxis(memory, sources, 2 * Targets);
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

    private void Set(int target, int place, float weight)
    {
        Starts[target] = target;
        Put(target, place, weight);
    }

    private void Put(int entry, int place, float weight)
    {
        Places[entry] = place;
        Weights[entry] = weight;
    }
}

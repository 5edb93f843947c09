namespace SegFromScratch.Kernels.Optimizers;

/// <summary>How one element of a parameter changes: the numbers that all elements share, and the formula.</summary>
public interface IUpdateRule
{
    /// <summary>Changes one element and what is remembered of it.</summary>
    /// <param name="index">The element.</param>
    /// <param name="target">What changes: p, or an average.</param>
    /// <param name="source">What it changes by: g, or the value that the average follows.</param>
    /// <param name="first">What is remembered of earlier steps, changed; empty where nothing is.</param>
    /// <param name="second">What else is remembered, changed; empty where nothing is.</param>
    void Apply(int index, ArrayView<float> target, ArrayView<float> source, ArrayView<float> first, ArrayView<float> second);
}

/// <summary>
/// One launch changes eight parameters: an OpenCL device cannot be given a table of buffers, and eight times four views are what fits the 1024 bytes of arguments that every device takes.
/// Parameters are cut into chunks, and each group of work-items finds its chunk. Within it neighbouring work-items take neighbouring elements;
/// on a processor a group is one work-item, whose loop its compiler turns into vectors.
/// </summary>
internal static class EightParameters
{
    private const int ChunkLength = 4096;

    /// <summary>Changes one chunk of the eight parameters, which lie end to end in the grid.</summary>
    public static void Apply<TRule>(
        ArrayView<float> target0, ArrayView<float> source0, ArrayView<float> first0, ArrayView<float> second0,
        ArrayView<float> target1, ArrayView<float> source1, ArrayView<float> first1, ArrayView<float> second1,
        ArrayView<float> target2, ArrayView<float> source2, ArrayView<float> first2, ArrayView<float> second2,
        ArrayView<float> target3, ArrayView<float> source3, ArrayView<float> first3, ArrayView<float> second3,
        ArrayView<float> target4, ArrayView<float> source4, ArrayView<float> first4, ArrayView<float> second4,
        ArrayView<float> target5, ArrayView<float> source5, ArrayView<float> first5, ArrayView<float> second5,
        ArrayView<float> target6, ArrayView<float> source6, ArrayView<float> first6, ArrayView<float> second6,
        ArrayView<float> target7, ArrayView<float> source7, ArrayView<float> first7, ArrayView<float> second7,
        TRule rule)
        where TRule : struct, IUpdateRule
    {
        int chunk = Grid.IdxX;
        if (chunk < Chunks(target0))
        {
            ApplyChunk(chunk, target0, source0, first0, second0, rule);
            return;
        }

        chunk -= Chunks(target0);
        if (chunk < Chunks(target1))
        {
            ApplyChunk(chunk, target1, source1, first1, second1, rule);
            return;
        }

        chunk -= Chunks(target1);
        if (chunk < Chunks(target2))
        {
            ApplyChunk(chunk, target2, source2, first2, second2, rule);
            return;
        }

        chunk -= Chunks(target2);
        if (chunk < Chunks(target3))
        {
            ApplyChunk(chunk, target3, source3, first3, second3, rule);
            return;
        }

        chunk -= Chunks(target3);
        if (chunk < Chunks(target4))
        {
            ApplyChunk(chunk, target4, source4, first4, second4, rule);
            return;
        }

        chunk -= Chunks(target4);
        if (chunk < Chunks(target5))
        {
            ApplyChunk(chunk, target5, source5, first5, second5, rule);
            return;
        }

        chunk -= Chunks(target5);
        if (chunk < Chunks(target6))
        {
            ApplyChunk(chunk, target6, source6, first6, second6, rule);
            return;
        }

        chunk -= Chunks(target6);
        ApplyChunk(chunk, target7, source7, first7, second7, rule);
    }

    /// <summary>The chunks of a parameter, 0 of a missing one.</summary>
    public static int Chunks(ArrayView<float> parameter) => (int)(((long)parameter.Length + ChunkLength - 1) / ChunkLength);

    private static void ApplyChunk<TRule>(
        int chunk, ArrayView<float> target, ArrayView<float> source, ArrayView<float> first, ArrayView<float> second, TRule rule)
        where TRule : struct, IUpdateRule
    {
        int start = chunk * ChunkLength;
        int count = Math.Min(ChunkLength, target.Length - start);
        for (int i = Group.IdxX; i < count; i += Group.DimX)
            rule.Apply(start + i, target, source, first, second);
    }
}

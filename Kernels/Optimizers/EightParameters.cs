namespace SegFromScratch.Kernels.Optimizers;

/// <summary>How one element of a parameter changes: the numbers that all elements share, and the formula.</summary>
public interface IUpdateRule
{
    /// <summary>Changes one element and what is remembered of it.</summary>
    /// <param name="index">The element.</param>
    /// <param name="parameter">What changes.</param>
    /// <param name="gradient">What it changes by.</param>
    /// <param name="first">What is remembered of earlier steps, changed; empty where nothing is.</param>
    /// <param name="second">What else is remembered, changed; empty where nothing is.</param>
    void Apply(int index, ArrayView<float> parameter, ArrayView<float> gradient, ArrayView<float> first, ArrayView<float> second);
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
        ArrayView<float> parameter0, ArrayView<float> gradient0, ArrayView<float> first0, ArrayView<float> second0,
        ArrayView<float> parameter1, ArrayView<float> gradient1, ArrayView<float> first1, ArrayView<float> second1,
        ArrayView<float> parameter2, ArrayView<float> gradient2, ArrayView<float> first2, ArrayView<float> second2,
        ArrayView<float> parameter3, ArrayView<float> gradient3, ArrayView<float> first3, ArrayView<float> second3,
        ArrayView<float> parameter4, ArrayView<float> gradient4, ArrayView<float> first4, ArrayView<float> second4,
        ArrayView<float> parameter5, ArrayView<float> gradient5, ArrayView<float> first5, ArrayView<float> second5,
        ArrayView<float> parameter6, ArrayView<float> gradient6, ArrayView<float> first6, ArrayView<float> second6,
        ArrayView<float> parameter7, ArrayView<float> gradient7, ArrayView<float> first7, ArrayView<float> second7,
        TRule rule)
        where TRule : struct, IUpdateRule
    {
        int chunk = Grid.IdxX;
        if (chunk < Chunks(parameter0))
        {
            ApplyChunk(chunk, parameter0, gradient0, first0, second0, rule);
            return;
        }

        chunk -= Chunks(parameter0);
        if (chunk < Chunks(parameter1))
        {
            ApplyChunk(chunk, parameter1, gradient1, first1, second1, rule);
            return;
        }

        chunk -= Chunks(parameter1);
        if (chunk < Chunks(parameter2))
        {
            ApplyChunk(chunk, parameter2, gradient2, first2, second2, rule);
            return;
        }

        chunk -= Chunks(parameter2);
        if (chunk < Chunks(parameter3))
        {
            ApplyChunk(chunk, parameter3, gradient3, first3, second3, rule);
            return;
        }

        chunk -= Chunks(parameter3);
        if (chunk < Chunks(parameter4))
        {
            ApplyChunk(chunk, parameter4, gradient4, first4, second4, rule);
            return;
        }

        chunk -= Chunks(parameter4);
        if (chunk < Chunks(parameter5))
        {
            ApplyChunk(chunk, parameter5, gradient5, first5, second5, rule);
            return;
        }

        chunk -= Chunks(parameter5);
        if (chunk < Chunks(parameter6))
        {
            ApplyChunk(chunk, parameter6, gradient6, first6, second6, rule);
            return;
        }

        chunk -= Chunks(parameter6);
        ApplyChunk(chunk, parameter7, gradient7, first7, second7, rule);
    }

    /// <summary>The chunks of a parameter, 0 of a missing one.</summary>
    public static int Chunks(ArrayView<float> parameter) => (int)(((long)parameter.Length + ChunkLength - 1) / ChunkLength);

    private static void ApplyChunk<TRule>(
        int chunk, ArrayView<float> parameter, ArrayView<float> gradient, ArrayView<float> first, ArrayView<float> second, TRule rule)
        where TRule : struct, IUpdateRule
    {
        int start = chunk * ChunkLength;
        int count = Math.Min(ChunkLength, parameter.Length - start);
        for (int i = Group.IdxX; i < count; i += Group.DimX)
            rule.Apply(start + i, parameter, gradient, first, second);
    }
}

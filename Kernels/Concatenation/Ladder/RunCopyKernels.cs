using SegFromScratch.Kernels.Ladders;

namespace SegFromScratch.Kernels.Concatenation.Ladder;

/// <summary>
/// The rungs of concatenation above the first. With channel block 1 the channels that an input has in the output are, image by image, one run of memory: nothing has to be found out element by element.
/// Forward and backward are the same copy with source and target exchanged.
/// </summary>
public static class RunCopyKernels
{
    /// <summary>Numbers a work-item of <see cref="Vectors"/>.</summary>
    public const int Numbers = 4096;

    /// <summary>For GPUs: target = source for four neighbouring numbers of an image, which move as one where every run begins at a multiple of 16 bytes and has a multiple of four numbers.</summary>
    /// <param name="index">Four numbers of an image's run; the last may be fewer.</param>
    /// <param name="runs">Where the runs lie.</param>
    /// <param name="aligned">Not 0 where four numbers can move as one.</param>
    /// <param name="source">Read.</param>
    /// <param name="target">Written.</param>
    [Kernel]
    public static void Fours(Index1D index, RunCopy runs, int aligned, ArrayView<float> source, ArrayView<float> target)
    {
        int foursARun = (runs.Length + 3) / 4;
        int image = index / foursARun;
        int first = (index - (image * foursARun)) * 4;
        int from = runs.Source(image) + first;
        int to = runs.Target(image) + first;
        if (aligned != 0)
        {
            Float4.Store(target, to, Float4.Load(source, from));
            return;
        }

        int count = Math.Min(4, runs.Length - first);
        for (int i = 0; i < count; i++)
            target[to + i] = source[from + i];
    }

    /// <summary>For processors: target = source, sixteen numbers at a time. Launched over blocks of a run, and images.</summary>
    [Kernel(GroupSize = 1)]
    public static void Vectors(RunCopy runs, ArrayView<float> source, ArrayView<float> target)
    {
        int first = Grid.IdxX * Numbers;
        int end = Math.Min(runs.Length, first + Numbers);
        int from = runs.Source(Grid.IdxY);
        int to = runs.Target(Grid.IdxY);
        int i = first;
        for (; i + VectorTile.Lanes <= end; i += VectorTile.Lanes)
            FloatVector16.Store(target, to + i, FloatVector16.Load(source, from + i));
        for (; i < end; i++)
            target[to + i] = source[from + i];
    }
}

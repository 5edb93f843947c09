namespace SegFromScratch.Kernels.Concatenation.Ladder;

/// <summary>One run of numbers an image, at a place and with a distance of its own in source and target.</summary>
/// <param name="Length">Numbers of a run.</param>
/// <param name="SourceStart">Where the first image's run begins in the source.</param>
/// <param name="SourceStride">Numbers from a run of the source to the next image's.</param>
/// <param name="TargetStart">Where the first image's run begins in the target.</param>
/// <param name="TargetStride">Numbers from a run of the target to the next image's.</param>
public readonly record struct RunCopy(int Length, int SourceStart, int SourceStride, int TargetStart, int TargetStride)
{
    /// <summary>The other way.</summary>
    public RunCopy Back() => new(Length, TargetStart, TargetStride, SourceStart, SourceStride);

    /// <summary>Where an image's run begins in the source.</summary>
    public int Source(int image) => SourceStart + (image * SourceStride);

    /// <summary>Where an image's run begins in the target.</summary>
    public int Target(int image) => TargetStart + (image * TargetStride);

    /// <summary>Whether all runs begin at multiples of four numbers and have a multiple of four.</summary>
    public bool IsInFours() => (Length | SourceStart | SourceStride | TargetStart | TargetStride) % 4 == 0;
}

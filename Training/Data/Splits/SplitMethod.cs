namespace SegFromScratch.Training.Data.Splits;

/// <summary>How samples are divided into parts.</summary>
public enum SplitMethod
{
    /// <summary>As the folder's own lists or folders say.</summary>
    Lists,

    /// <summary>At random, by the seed.</summary>
    Seeded,

    /// <summary>At random, by the seed, so that every class has its share in every part.</summary>
    Stratified,

    /// <summary>A contiguous block is held out: for slices of a stack or frames of a film, whose neighbours are almost the same.</summary>
    Blocks,

    /// <summary>As a split file says.</summary>
    File,
}

namespace SegFromScratch.Kernels.Cpu.Gathering;

/// <summary>One axis, rows or columns, of an operation whose results are weighted sums of source pixels, with weights that are a product of one for the row and one for the column.</summary>
internal interface IGatherReads
{
    /// <summary>Positions that are read.</summary>
    int Sources { get; }

    /// <summary>Positions that are written.</summary>
    int Targets { get; }

    /// <summary>How many sources a target reads; may be none.</summary>
    int Count(int target);

    /// <summary>The source that is read number k of a target, and its weight, which is not 0: a read of weight 0 would spread infinities.</summary>
    (int Source, float Weight) Read(int target, int k);
}

namespace SegFromScratch.Engine.Profiling;

/// <summary>What a pass of an operation has to do at least, from its shapes alone. The default value says that nobody counted.</summary>
/// <param name="Operation">The operation, such as convolution.</param>
/// <param name="Pass">The pass, such as forward or weight gradient.</param>
/// <param name="FloatingPointOperations">Additions, multiplications, comparisons, divisions, roots and exponentials, each counted as one; a multiply-add is two.</param>
/// <param name="Bytes">Memory that the pass must read and write if nothing stays in a cache from before.</param>
public readonly record struct Work(string Operation, string Pass, long FloatingPointOperations, long Bytes)
{
    /// <summary>False for the default value.</summary>
    public bool IsKnown => Operation is not null;
}

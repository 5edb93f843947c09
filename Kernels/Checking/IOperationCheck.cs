namespace SegFromScratch.Kernels.Checking;

/// <summary>The checks of one operation. Every operation's folder has one; <see cref="OperationCatalog"/> finds them.</summary>
public interface IOperationCheck
{
    /// <summary>The cases: odd sizes, batch 1, single pixels, channels below and off the tile, every option.</summary>
    IEnumerable<OperationCase> Cases();
}

namespace SegFromScratch.Kernels.Checking;

/// <summary>The checks of one operation. Every operation's folder has one; <see cref="OperationCatalog"/> finds them.</summary>
public interface IOperationCheck
{
    /// <summary>The cases: odd sizes, batch 1, single pixels, channels below and off the tile, every option.</summary>
    IEnumerable<OperationCase> Cases();
}

/// <summary>All operations' checks, for <c>seg gradcheck</c>, the device self-test and the tests.</summary>
public static class OperationCatalog
{
    /// <summary>Every case of every operation, by operation.</summary>
    public static IReadOnlyList<OperationCase> Cases { get; } =
        [.. typeof(OperationCatalog).Assembly.GetTypes()
            .Where(type => !type.IsAbstract && typeof(IOperationCheck).IsAssignableFrom(type))
            .OrderBy(type => type.FullName, StringComparer.Ordinal)
            .SelectMany(type => ((IOperationCheck)Activator.CreateInstance(type)!).Cases())];
}

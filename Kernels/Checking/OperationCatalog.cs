namespace SegFromScratch.Kernels.Checking;

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

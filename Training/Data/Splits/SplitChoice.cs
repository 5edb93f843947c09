namespace SegFromScratch.Training.Data.Splits;

/// <summary>Reads what <c>--split</c> says.</summary>
public static class SplitChoice
{
    /// <summary>The folder's own lists where it has some, else what suits the layout.</summary>
    public const string Automatic = "auto";

    /// <summary>The names of the methods; anything else is the path of a split file.</summary>
    public static IReadOnlyList<string> MethodNames { get; } = [Automatic, "lists", "seeded", "stratified", "blocks"];

    /// <summary>The method of a name; null for <see cref="Automatic"/>.</summary>
    /// <exception cref="DataSetException">It is neither a method nor a file.</exception>
    internal static SplitMethod? Parse(string choice) => choice switch
    {
        Automatic => null,
        "lists" => SplitMethod.Lists,
        "seeded" => SplitMethod.Seeded,
        "stratified" => SplitMethod.Stratified,
        "blocks" => SplitMethod.Blocks,
        _ when System.IO.File.Exists(choice) => SplitMethod.File,
        _ => throw new DataSetException($"--split {choice}: neither a way to divide ({string.Join(", ", MethodNames)}) nor a split file that is there."),
    };
}

namespace SegFromScratch.Training.Data.Annotations;

/// <summary>The annotation files of a data set: one for everything, or one for each part.</summary>
/// <param name="Train">The file for training, or for everything.</param>
/// <param name="Validation">The file for validation, or null.</param>
/// <param name="Test">The file for testing, or null.</param>
internal sealed record AnnotationParts(string Train, string? Validation, string? Test)
{
    /// <summary>The files that there are, training first.</summary>
    public IEnumerable<string> Files => new[] { Train, Validation, Test }.OfType<string>();
}

/// <summary>Finds annotation files of a format.</summary>
internal static class AnnotationSearch
{
    // A folder of labelme files has thousands; the first few tell what it is.
    private const int MaximumProbed = 32;

    /// <summary>True where a path is such a file, or a folder with one in it.</summary>
    public static bool Has(string path, AnnotationKind kind) => Candidates(path, kind).Length > 0;

    /// <summary>The files of a path, told apart by names that end in train, val and test.</summary>
    /// <param name="path">A file or a folder.</param>
    /// <param name="kind">The format.</param>
    /// <param name="wanted">The file to take, by path or by name inside the folder; null: the only one, or those of the parts.</param>
    /// <exception cref="DataSetException">There is none, or it is not clear which to take.</exception>
    public static AnnotationParts Find(string path, AnnotationKind kind, string? wanted)
    {
        if (wanted is not null)
        {
            string file = Path.Combine(path, wanted);
            return File.Exists(file) ? new AnnotationParts(file, null, null) : throw new DataSetException($"{file}: the file of annotations is missing.");
        }
        string[] candidates = Candidates(path, kind);
        if (candidates.Length == 0)
            throw new DataSetException($"{path}: no {kind} annotations (json) in it.");
        if (candidates.Length == 1)
            return new AnnotationParts(candidates[0], null, null);
        string? train = OfPart(candidates, "train");
        return train is not null
            ? new AnnotationParts(train, OfPart(candidates, "val") ?? OfPart(candidates, "validation"), OfPart(candidates, "test"))
            : throw new DataSetException(
                $"{path}: {candidates.Length} files of annotations ({string.Join(", ", candidates.Take(4).Select(Path.GetFileName))}), and none ends in train; name one with --table.");
    }

    private static string[] Candidates(string path, AnnotationKind kind)
    {
        if (File.Exists(path))
            return IsJson(path) && AnnotationHead.KindOf(path) == kind ? [path] : [];
        return [.. new[] { path, Path.Combine(path, "annotations") }
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal).Take(MaximumProbed))
            .Where(file => AnnotationHead.KindOf(file) == kind)];
    }

    private static bool IsJson(string path) => Path.GetExtension(path).Equals(".json", StringComparison.OrdinalIgnoreCase);

    // COCO has instances_train2017 beside captions_train2017 and person_keypoints_train2017: the instances are the masks.
    private static string? OfPart(string[] candidates, string part)
    {
        string[] named = [.. candidates.Where(file => Path.GetFileNameWithoutExtension(file).TrimEnd([.. "0123456789_-"]).EndsWith(part, StringComparison.OrdinalIgnoreCase))];
        string[] instances = [.. named.Where(file => Path.GetFileName(file).StartsWith("instances", StringComparison.Ordinal))];
        return (named.Length, instances.Length) switch
        {
            (0, _) => null,
            (1, _) => named[0],
            (_, 1) => instances[0],
            _ => throw new DataSetException($"{named[0]}: {named.Length} files of annotations end in {part}; name one with --table."),
        };
    }
}

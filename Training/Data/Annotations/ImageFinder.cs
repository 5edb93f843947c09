namespace SegFromScratch.Training.Data.Annotations;

/// <summary>Finds the images that annotations name, inside the data set's folder only.</summary>
internal sealed class ImageFinder(string folder, params string[] subfolders)
{
    private readonly string _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar;

    /// <summary>The image's path: under the name as it stands, or by its last part in the folder or a usual subfolder. Null where there is none.</summary>
    public string? Find(string name)
    {
        string relative = name.Replace('\\', '/');
        string last = relative[(relative.LastIndexOf('/') + 1)..];
        if (last.Length == 0 || relative.Contains('\0') || !ImageReading.IsPicture(last))
            return null;
        // A name such as ../../x.png leads out of the folder; only its last part is looked for.
        string asNamed = Path.GetFullPath(Path.Combine(_root, relative));
        return new[] { asNamed }.Where(path => path.StartsWith(_root, StringComparison.Ordinal))
            .Concat(subfolders.Prepend("").Select(sub => Path.Combine(folder, sub, last)))
            .FirstOrDefault(File.Exists);
    }
}

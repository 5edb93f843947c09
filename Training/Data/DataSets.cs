using SegFromScratch.Training.Data.Layouts;
using SegFromScratch.Training.Data.Splits;

namespace SegFromScratch.Training.Data;

/// <summary>Opens training data.</summary>
public static class DataSets
{
    /// <summary>The names that <see cref="DataSetOptions.Layout"/> takes.</summary>
    public static IReadOnlyList<string> LayoutNames { get; } = [DataLayouts.Automatic, .. DataLayouts.All.Select(layout => layout.Name)];

    /// <summary>Recognises a layout, or takes the one that is named, and divides the samples into parts. README.md of this folder lists the layouts.</summary>
    /// <param name="path">A folder, or the JSON file of a project with polygons.</param>
    /// <param name="options">Null: the defaults.</param>
    /// <exception cref="DataSetException">No known layout, an archive or another file that is not read, no image, an image without mask, a broken table, an impossible option.</exception>
    public static DataSetParts Open(string path, DataSetOptions? options = null)
    {
        options ??= new DataSetOptions();
        if (options.IgnoreIndex is < 0 or > 255)
            throw new DataSetException($"--ignore-index {options.IgnoreIndex}: a mask value is 0 to 255.");
        if (!Directory.Exists(path) && !File.Exists(path))
            throw new DataSetException($"{path}: no such folder.");
        if (RefusedData.Of(path) is { } refusal)
            throw refusal;
        IDataLayout layout = DataLayouts.Find(path, options.Layout);
        if (!layout.TakesFile && !Directory.Exists(path))
            throw new DataSetException($"{path}: a folder is due for --layout {layout.Name}, and this is a file.");
        DataSetParts parts = SampleSplitter.Divide(layout.Open(path, options), options);
        return options.SkipDamaged ? parts.SkippingDamaged() : parts;
    }
}

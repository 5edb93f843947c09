using SegFromScratch.Training.Data.Layouts;

namespace SegFromScratch.Training.Data.Severstal;

/// <summary>train_images/ with a table of run-length masks.</summary>
internal sealed class SeverstalLayout : IDataLayout
{
    /// <summary>The folder of images.</summary>
    public const string ImageFolder = "train_images";

    /// <summary>The table's usual name.</summary>
    public const string TableFile = "train.csv";

    public string Name => "severstal";

    public string Signature => "train_images/ with train.csv";

    public bool IsPresent(string path) => FolderNames.HasAll(path, ImageFolder);

    public DataSetContents Open(string path, DataSetOptions options)
    {
        string imageFolder = Path.Combine(path, ImageFolder);
        string[] images = Directory.Exists(imageFolder) ? ImageReading.Files(imageFolder) : [];
        if (images.Length == 0)
            throw new DataSetException($"{imageFolder}: no image (png, jpg) in this folder.");
        SeverstalTable table = SeverstalTable.Read(FindTable(path, options.Table));
        int named = images.Count(image => table.RowsOf(Path.GetFileName(image)).Count > 0);
        if (named == 0)
            throw new DataSetException($"{table.Path}: no row of it names an image of {imageFolder}; table and images do not belong together.");
        string layout = $"{ImageFolder}/ and {Path.GetFileName(table.Path)} (Severstal), {named} of {images.Length} images with defects";
        int absent = table.ImagesWithMasks.Count - named;
        if (absent > 0)
            layout += $", {absent} images of the table are not in the folder";
        return new DataSetContents(layout, new SeverstalDataSet(FolderNames.DataSetName(path), images, table));
    }

    private static string FindTable(string folder, string? wanted)
    {
        string table = Path.Combine(folder, wanted ?? TableFile);
        if (File.Exists(table))
            return table;
        if (wanted is not null)
            throw new DataSetException($"{table}: the table of masks is missing.");
        string[] candidates = [.. Directory.EnumerateFiles(folder, "*.csv").Where(SeverstalTable.HasHeader)];
        return candidates.Length == 1
            ? candidates[0]
            : throw new DataSetException($"{table}: the table of masks is missing, and {candidates.Length} other csv files have its columns; name the right one with --table.");
    }
}

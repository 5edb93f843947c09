namespace SegFromScratch.Training.Data.Layouts;

/// <summary>Knows NumPy's pickled dictionaries of masks (segmentation_train.npy), which are refused: a pickle is a program that runs while it is read.</summary>
internal static class MaskDictionary
{
    private const string Extension = ".npy";

    /// <summary>The exception for a path that is such a file, or a folder that holds one; null where there is none.</summary>
    public static DataSetException? Refusal(string path)
    {
        string? file = Path.GetExtension(path).Equals(Extension, StringComparison.OrdinalIgnoreCase) ? path
            : Directory.Exists(path) ? Directory.EnumerateFiles(path, "*" + Extension).Order(StringComparer.Ordinal).FirstOrDefault()
            : null;
        return file is null ? null : new DataSetException(
            $"{file}: a NumPy dictionary of masks is a pickle, a program that runs while it is read, and is not opened; "
            + $"use the polygons it was made of, {Path.GetFileNameWithoutExtension(file)}.json, the project of the VGG Image Annotator.");
    }
}

using SegFromScratch.Training.Data.Severstal;

namespace SegFromScratch.Training.Data;

/// <summary>Opens folders of training data.</summary>
public static class DataSets
{
    /// <summary>
    /// Recognises a folder's layout and gives its parts:
    /// train/ + trainannot/, val/ + valannot/, test/ + testannot/ (CamVid; its own split);
    /// train_images/ + train.csv (Severstal; split by seed);
    /// images/ + masks/ (split by train.txt, val.txt, test.txt, else by seed).
    /// A classes.txt in the folder (one name a line) names the classes of index masks.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="options">Null: the defaults.</param>
    /// <exception cref="DataSetException">No known layout, no image, an image without mask, a broken table, an impossible option.</exception>
    public static DataSetParts Open(string folder, DataSetOptions? options = null)
    {
        options ??= new DataSetOptions();
        if (options.IgnoreIndex is < 0 or > 255)
            throw new DataSetException($"--ignore-index {options.IgnoreIndex}: a mask value is 0 to 255.");
        if (!Directory.Exists(folder))
            throw new DataSetException($"{folder}: no such folder.");
        DataSetParts parts =
            FolderLayout.HasSplitFolders(folder) ? FolderLayout.OpenSplitFolders(folder, options)
            : SeverstalLayout.IsPresent(folder) ? SeverstalLayout.Open(folder, options)
            : FolderLayout.HasImagesAndMasks(folder) ? FolderLayout.OpenImagesAndMasks(folder, options)
            : throw new DataSetException(
                $"{folder}: no known layout; looked for train/ with trainannot/ (CamVid), train_images/ with train.csv (Severstal), images/ with masks/.");
        return options.SkipDamaged ? parts.SkippingDamaged() : parts;
    }
}

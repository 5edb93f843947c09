using SegFromScratch.Training.Files;

namespace SegFromScratch.Training.Data.Layouts;

/// <summary>Files that data sets come in and that are not opened, each with the way out.</summary>
internal static class RefusedData
{
    /// <summary>The exception for a file that is one of them; null where it is none.</summary>
    public static DataSetException? Of(string file) => Refusal(file, ForeignFile.Of(file));

    /// <summary>The exception for a folder that holds one of them; null where it holds none.</summary>
    public static DataSetException? Inside(string folder) => !Directory.Exists(folder) ? null : Directory.EnumerateFiles(folder)
        .Order(StringComparer.Ordinal)
        .Select(file => Refusal(file, ForeignFile.ByName(file)))
        .FirstOrDefault(refusal => refusal is not null);

    private static DataSetException? Refusal(string file, ForeignFormat format) => format switch
    {
        ForeignFormat.NumPy => new DataSetException(
            $"{file}: a NumPy dictionary of masks is a pickle, a program that runs while it is read, and is not opened; "
            + $"use the polygons it was made of, {Path.GetFileNameWithoutExtension(file)}.json, the project of the VGG Image Annotator."),
        ForeignFormat.Archive => new DataSetException(
            $"{file}: an archive is not opened; unpack it and give --data the folder that then holds the folders of pictures and the table or folder of masks, not the archive."),
        ForeignFormat.Hdf5 => new DataSetException($"{file}: HDF5 (Keras) is not read, and holds weights or arrays; give --data a folder of pictures with masks or polygons."),
        _ => null,
    };
}

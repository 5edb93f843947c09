namespace SegFromScratch.Training.Data.Layouts;

/// <summary>Names of the files and folders that several layouts share.</summary>
internal static class FolderNames
{
    /// <summary>The file that names the classes, one a line.</summary>
    public const string ClassFile = "classes.txt";

    /// <summary>What messages call a data set: the last name of its path.</summary>
    public static string DataSetName(string path) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));

    /// <summary>True where the folder has all of these folders in it.</summary>
    public static bool HasAll(string folder, params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (!Directory.Exists(Path.Combine(folder, name)))
                return false;
        }
        return true;
    }

    /// <summary>The classes of classes.txt in a folder, or null where there is none.</summary>
    public static ClassTable? Classes(string folder)
    {
        string file = Path.Combine(folder, ClassFile);
        return File.Exists(file) ? ClassTable.FromFile(file) : null;
    }
}

using SegFromScratch.Training.Images;

namespace SegFromScratch.Training.Data;

/// <summary>Reads pictures of a data set: whatever is wrong with a file becomes a <see cref="DataSetException"/> with the file's name.</summary>
internal static class ImageReading
{
    private static readonly string[] Extensions = [".png", ".jpg", ".jpeg"];

    /// <summary>
    /// The pictures of a folder, not of the folders in it, in ordinal order of their names. Names that begin with a dot are hidden files, such
    /// as the "._x.png" that macOS packs beside every file, and no pictures.
    /// </summary>
    public static string[] Files(string folder)
    {
        string[] files = [.. Directory.EnumerateFiles(folder).Where(IsPicture)];
        Array.Sort(files, StringComparer.Ordinal);
        return files;
    }

    /// <summary>True for the name of a picture that is read: png, jpg, jpeg, not hidden.</summary>
    public static bool IsPicture(string path) =>
        Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase) && Path.GetFileName(path)[0] != '.';

    /// <summary>A picture of this base name in a folder, or null.</summary>
    public static string? Find(string folder, string baseName) =>
        Extensions.Select(extension => Path.Combine(folder, baseName + extension)).FirstOrDefault(File.Exists);

    public static Image Rgb(string path) => Guard(path, () => ImageFile.ReadRgb(path));

    public static IndexMask Mask(string path) => Guard(path, () => ImageFile.ReadMask(path));

    public static IndexMask Foreground(string path) => Guard(path, () => ImageFile.ReadForeground(path));

    public static (int Width, int Height) Size(string path) => Guard(path, () => ImageFile.ReadSize(path));

    private static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DataSetException($"{path}: the file is missing. Put it back, or leave it out with --skip-damaged.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            string what = exception.Message.Contains(path, StringComparison.Ordinal) ? exception.Message : $"{path}: {exception.Message}";
            throw new DataSetException($"{what.TrimEnd('.')}. Replace the file, or leave damaged files out with --skip-damaged.", exception);
        }
    }
}

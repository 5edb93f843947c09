using SegFromScratch.Training.Images;

namespace SegFromScratch.Training.Data;

/// <summary>Reads pictures of a data set: whatever is wrong with a file becomes a <see cref="DataSetException"/> with the file's name.</summary>
internal static class ImageReading
{
    private static readonly string[] Extensions = [".png", ".jpg", ".jpeg"];

    /// <summary>The pictures of a folder, not of the folders in it, in ordinal order of their names.</summary>
    public static string[] Files(string folder)
    {
        string[] files = [.. Directory.EnumerateFiles(folder).Where(file => Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))];
        Array.Sort(files, StringComparer.Ordinal);
        return files;
    }

    public static Image Rgb(string path) => Guard(path, () => ImageFile.ReadRgb(path));

    public static IndexMask Mask(string path) => Guard(path, () => ImageFile.ReadMask(path));

    public static (int Width, int Height) Size(string path) => Guard(path, () => ImageFile.ReadSize(path));

    private static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (FileNotFoundException exception)
        {
            throw new DataSetException($"{path}: the file is missing.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            string what = exception.Message.Contains(path, StringComparison.Ordinal) ? exception.Message : $"{path}: {exception.Message}";
            throw new DataSetException($"{what.TrimEnd('.')}. Replace the file, or leave damaged files out with --skip-damaged.", exception);
        }
    }
}

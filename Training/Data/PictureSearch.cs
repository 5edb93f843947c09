using System.IO.Enumeration;

namespace SegFromScratch.Training.Data;

/// <summary>Finds the pictures that a person names: files, folders, patterns.</summary>
public static class PictureSearch
{
    private const string AnyFolders = "**";

    /// <summary>
    /// The pictures, each once, those of a folder or pattern in ordinal order of their paths. A folder gives the PNG and JPEG pictures in it, not those of its folders. In a pattern
    /// <c>*</c> stands for any letters of a name, <c>?</c> for one, and <c>**</c> for any folders: <c>photos/**/*.png</c>.
    /// </summary>
    /// <exception cref="DataSetException">One names nothing; the message says which.</exception>
    public static IReadOnlyList<string> Find(IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        return [.. names.SelectMany(FindOne).Distinct(StringComparer.Ordinal)];
    }

    private static IEnumerable<string> FindOne(string name)
    {
        if (File.Exists(name))
            return [name];
        if (Directory.Exists(name))
            return Some(ImageReading.Files(name), name);
        return name.AsSpan().ContainsAny('*', '?')
            ? Some(Match(name), name)
            : throw new DataSetException($"{name}: no such picture or folder.");
    }

    private static string[] Some(string[] pictures, string name) =>
        pictures.Length > 0 ? pictures : throw new DataSetException($"{name}: no PNG or JPEG picture in it.");

    private static string[] Match(string pattern)
    {
        string[] parts = pattern.Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar);
        int literal = Array.FindIndex(parts, part => part.AsSpan().ContainsAny('*', '?'));
        string root = string.Join(Path.DirectorySeparatorChar, parts[..literal]);
        if (root.Length == 0)
            root = literal > 0 ? Path.DirectorySeparatorChar.ToString() : ".";
        if (!Directory.Exists(root))
            return [];
        string[] found = [.. Match(root, parts[literal..]).Where(ImageReading.IsPicture).Select(path => literal == 0 ? Path.GetRelativePath(".", path) : path)];
        Array.Sort(found, StringComparer.Ordinal);
        return found;
    }

    private static IEnumerable<string> Match(string folder, string[] parts)
    {
        if (parts is [string last])
            return Directory.EnumerateFiles(folder).Where(file => Fits(last == AnyFolders ? "*" : last, file));
        IEnumerable<string> folders = Directory.EnumerateDirectories(folder);
        return parts[0] == AnyFolders
            ? Match(folder, parts[1..]).Concat(folders.SelectMany(inside => Match(inside, parts)))
            : folders.Where(inside => Fits(parts[0], inside)).SelectMany(inside => Match(inside, parts[1..]));
    }

    private static bool Fits(string pattern, string path) => FileSystemName.MatchesSimpleExpression(pattern, Path.GetFileName(path), ignoreCase: OperatingSystem.IsWindows());
}

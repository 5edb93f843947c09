using System.Text;

namespace SegFromScratch.Training.Files;

/// <summary>
/// Replaces a file as a whole or not at all: the new content goes to a temporary file in the same folder, to the disk, and then takes
/// the name in one rename. Whoever reads sees the old file or the new one, also after a crash or a loss of power.
/// </summary>
public static class AtomicFile
{
    private const string TemporarySuffix = ".partial";

    /// <summary>Writes a file through a stream.</summary>
    /// <param name="path">The file to create or replace; its folder must exist.</param>
    /// <param name="write">Writes the whole content. The stream is seekable and empty. An exception that is not the stream's passes as it is: it has its own words for what is wrong.</param>
    /// <exception cref="FileWriteException">The disk is full, the folder is missing or not writable: the old file is untouched, the temporary one removed.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        string full = Path.GetFullPath(path);
        string folder = Path.GetDirectoryName(full) ?? throw new FileWriteException($"Cannot write '{OneLine.Text(path)}': it is a folder.");
        string temporary = Path.Combine(folder, $".{Path.GetFileName(full)}.{Guid.NewGuid():N}{TemporarySuffix}");
        try
        {
            using (TargetStream stream = new(temporary, path))
            {
                write(stream);
                stream.Finish();
            }

            FileWriteException.Guard(path, () => File.Move(temporary, full, overwrite: true));
        }
        catch
        {
            Remove(temporary);
            throw;
        }

        DirectoryEntry.Flush(folder);
    }

    /// <summary>Writes a text file: UTF-8 without a byte order mark.</summary>
    /// <exception cref="FileWriteException">The file cannot be written; the old one is untouched.</exception>
    public static void WriteText(string path, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        WriteBytes(path, Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Writes a file of bytes.</summary>
    /// <exception cref="FileWriteException">The file cannot be written; the old one is untouched.</exception>
    public static void WriteBytes(string path, ReadOnlyMemory<byte> bytes) => Write(path, stream => stream.Write(bytes.Span));

    /// <summary>Removes what writers that were killed half-way left in a folder. Call it only while nobody writes there.</summary>
    /// <param name="folder">The folder; nothing happens where there is none.</param>
    public static void RemoveLeftovers(string folder)
    {
        if (!Directory.Exists(folder))
            return;
        EnumerationOptions hiddenToo = new() { AttributesToSkip = FileAttributes.Directory };
        foreach (string temporary in Directory.GetFiles(folder, $".*{TemporarySuffix}", hiddenToo))
            Remove(temporary);
    }

    /// <summary>Whether a file is one that a writer was killed half-way through, by its name.</summary>
    public static bool IsLeftover(string path) => Path.GetFileName(path) is ['.', ..] and var name && name.EndsWith(TemporarySuffix, StringComparison.Ordinal);

    // A temporary file that cannot be removed must not hide the reason why it was abandoned.
    private static void Remove(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
        }
    }
}

namespace SegFromScratch.Training.Images;

/// <summary>Writes a file so that its name only ever stands for the old content or the whole new one.</summary>
internal static class AtomicFile
{
    /// <summary>Writes a temporary sibling (same folder, so the rename stays within one file system), flushes it to disk
    /// and renames it over <paramref name="path"/>.</summary>
    public static void Write(string path, Action<Stream> content)
    {
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                content(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}

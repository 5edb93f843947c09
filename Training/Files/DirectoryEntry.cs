using System.Runtime.InteropServices;

namespace SegFromScratch.Training.Files;

/// <summary>Brings a folder's list of names to the disk, so that a rename survives a loss of power.</summary>
internal static partial class DirectoryEntry
{
    private const int ReadOnly = 0;

    /// <summary>
    /// Flushes a folder. Windows journals renames and has no such call; a file system that refuses it (some network shares do)
    /// still holds the renamed file, so a refusal is no error.
    /// </summary>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        int descriptor = OpenFolder(folder, ReadOnly);
        if (descriptor < 0)
            return;
        _ = Synchronize(descriptor);
        _ = Close(descriptor);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFolder(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Synchronize(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}

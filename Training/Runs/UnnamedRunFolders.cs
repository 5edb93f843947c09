using System.Text.RegularExpressions;

namespace SegFromScratch.Training.Runs;

/// <summary>
/// The folders of runs that have no number yet. They live for a moment: what a start left that was killed in that moment is removed by a
/// later start.
/// </summary>
internal static partial class UnnamedRunFolders
{
    /// <summary>How old a folder is before it counts as left behind: a start under way takes far less.</summary>
    public static readonly TimeSpan OldAge = TimeSpan.FromHours(1);

    /// <summary>A name that no other start has.</summary>
    public static string NewName(string prefix) => $".{prefix}{Guid.NewGuid():N}";

    /// <summary>Removes the old ones. One that holds a file, or that the system does not let go, stays.</summary>
    /// <param name="root">The folder of all runs.</param>
    /// <param name="now">The present time, UTC.</param>
    public static void RemoveOld(string root, DateTime now)
    {
        foreach (string folder in Directory.EnumerateDirectories(root, ".*").Where(path => UnnamedPattern().IsMatch(Path.GetFileName(path))))
        {
            try
            {
                if (now - Directory.GetLastWriteTimeUtc(folder) >= OldAge && !Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Any())
                    Directory.Delete(folder, recursive: true);
            }
            catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
            {
                // It has just got its number, another start removes it too, or it is another user's: it is in nobody's way.
            }
        }
    }

    [GeneratedRegex("^\\..+-[0-9a-f]{32}$", RegexOptions.CultureInvariant)]
    private static partial Regex UnnamedPattern();
}

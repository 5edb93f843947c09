using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Profiling;

namespace SegFromScratch.Apps.Seg.Console;

/// <summary>One row of a profile: an operation, one of its passes, or one of the jobs below.</summary>
/// <param name="Level">0 for an operation, 1 for a pass, 2 for a job.</param>
/// <param name="Name">What it is.</param>
/// <param name="Count">How often it ran.</param>
/// <param name="Seconds">How long it took in all.</param>
/// <param name="FloatingPointOperations">In all; 0 where nobody counted.</param>
/// <param name="Bytes">In all; 0 where nobody counted.</param>
internal sealed record ProfileRow(int Level, string Name, long Count, double Seconds, long FloatingPointOperations, long Bytes)
{
    /// <summary>Groups what was measured by operation, then by pass: the slowest first at every level.</summary>
    /// <param name="entries">What was measured.</param>
    /// <param name="bySize">True keeps passes with different output shapes apart.</param>
    /// <param name="withJobs">True lists the jobs of the cpu device below each pass.</param>
    public static IReadOnlyList<ProfileRow> Group(IReadOnlyList<ProfileEntry> entries, bool bySize, bool withJobs)
    {
        var rows = new List<ProfileRow>();
        foreach (ProfileEntry[] operation in Slowest(entries, entry => entry.Operation))
        {
            rows.Add(Sum(0, operation[0].Operation, operation));
            foreach (ProfileEntry[] pass in Slowest(operation, entry => (entry.Pass, bySize ? entry.Output : default)))
            {
                rows.Add(Sum(1, bySize ? $"{pass[0].Pass}, {pass[0].Output}" : pass[0].Pass, pass));
                if (withJobs)
                    rows.AddRange(Jobs(pass));
            }
        }

        return rows;
    }

    private static IEnumerable<ProfileEntry[]> Slowest<TKey>(IEnumerable<ProfileEntry> entries, Func<ProfileEntry, TKey> key) =>
        entries.GroupBy(key).Select(group => group.ToArray()).OrderByDescending(group => group.Sum(entry => entry.Seconds));

    private static ProfileRow Sum(int level, string name, ProfileEntry[] entries) => new(
        level, name, entries.Sum(entry => entry.Count), entries.Sum(entry => entry.Seconds), entries.Sum(entry => entry.FloatingPointOperations), entries.Sum(entry => entry.Bytes));

    private static IEnumerable<ProfileRow> Jobs(ProfileEntry[] entries)
    {
        var all = new JobTimings();
        foreach (ProfileEntry entry in entries)
            entry.Jobs.CopyTo(all);
        return all.Rows.Select(job => new ProfileRow(2, job.Job, job.Count, job.Seconds, 0, 0));
    }
}

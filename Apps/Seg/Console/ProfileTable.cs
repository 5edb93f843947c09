using System.Globalization;
using SegFromScratch.Engine.Profiling;
using Spectre.Console;

namespace SegFromScratch.Apps.Seg.Console;

/// <summary>A profile as a table.</summary>
internal static class ProfileTable
{
    /// <summary>Lays out the rows.</summary>
    /// <param name="rows">Operations, passes and jobs.</param>
    /// <param name="steps">How many steps were measured: counts and times are those of one.</param>
    /// <param name="seconds">The steps' time in all; what the operations do not account for gets a last row.</param>
    /// <param name="peak">The machine's peak; null where it was not measured.</param>
    public static Table Create(IReadOnlyList<ProfileRow> rows, int steps, double seconds, MachinePeak? peak)
    {
        Table table = new Table().RoundedBorder().AddColumn("operation");
        foreach (string column in (string[])["runs a step", "ms a step", "share", "GFLOP/s", "GB/s", "of peak"])
            table.AddColumn(column, layout => layout.RightAligned());
        foreach (ProfileRow row in rows)
        {
            table.AddRow(
                Markup.Escape(new string(' ', 2 * row.Level) + row.Name),
                Number("f0", row.Count / (double)steps),
                Number("f2", 1e3 * row.Seconds / steps),
                Number("p1", row.Seconds / seconds),
                Rate(row.FloatingPointOperations, row.Seconds),
                Rate(row.Bytes, row.Seconds),
                PeakShare(row, peak));
        }

        double outside = seconds - rows.Where(row => row.Level == 0).Sum(row => row.Seconds);
        table.AddRow("outside operations", "", Number("f2", 1e3 * outside / steps), Number("p1", outside / seconds), "", "", "");
        return table;
    }

    /// <summary>The share of the peak, and which limit it is of; empty where nothing is known.</summary>
    internal static string PeakShare(ProfileRow row, MachinePeak? peak)
    {
        if (peak is null || (row.FloatingPointOperations == 0 && row.Bytes == 0))
            return "";
        (double share, bool isMemoryBound) = peak.ShareOf(row.FloatingPointOperations, row.Bytes, row.Seconds);
        return $"{Number("p0", share)} {(isMemoryBound ? "memory" : "compute")}";
    }

    private static string Rate(long amount, double seconds) => amount == 0 ? "" : Number("f1", amount / seconds / 1e9);

    private static string Number(string format, double value) => value.ToString(format, CultureInfo.InvariantCulture);
}

using System.Globalization;
using SegFromScratch.Engine.Profiling;
using Spectre.Console;

namespace SegFromScratch.Apps.Seg.Console;

/// <summary>The time of kernels by the device's own clock, as a table.</summary>
internal static class KernelTable
{
    /// <summary>Lays out the kernels, and what a step takes beside them: launches, copies, and waiting for the host.</summary>
    /// <param name="times">What was measured.</param>
    /// <param name="steps">Over how many steps: counts and times are those of one.</param>
    /// <param name="seconds">The steps' time in all, by the host's clock.</param>
    public static Table Create(KernelTimes times, int steps, double seconds)
    {
        Table table = new Table().RoundedBorder().AddColumn("kernel, by the device's clock");
        foreach (string column in (string[])["launches a step", "ms a step", "share"])
            table.AddColumn(column, layout => layout.RightAligned());
        foreach (KernelTime kernel in times.Kernels)
            table.AddRow(Markup.Escape(kernel.Name), Number("f0", kernel.Launches / (double)steps), Number("f2", 1e3 * kernel.Seconds / steps), Number("p1", kernel.Seconds / seconds));
        double outside = seconds - times.Seconds;
        table.AddRow("outside kernels: launches, copies, host", "", Number("f2", 1e3 * outside / steps), Number("p1", outside / seconds));
        return table;
    }

    private static string Number(string format, double value) => value.ToString(format, CultureInfo.InvariantCulture);
}

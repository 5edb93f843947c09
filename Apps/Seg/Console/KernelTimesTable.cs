using SegFromScratch.Engine.Profiling;
using Spectre.Console;

namespace SegFromScratch.Apps.Seg.Console;

/// <summary>The kernels of training steps by the device's own clock, for <c>seg profile</c>.</summary>
internal static class KernelTimesTable
{
    /// <summary>Makes the table.</summary>
    /// <param name="measured">What was measured.</param>
    /// <param name="steps">Over how many steps.</param>
    /// <param name="plain">Seconds of as many steps while nothing was measured.</param>
    /// <param name="summary">How much of the time no kernel ran.</param>
    public static Table Create(KernelTimeTable measured, int steps, double plain, out string summary)
    {
        Table table = new Table().RoundedBorder().Title("kernels, by the device's clock").AddColumns("kernel", "runs a step", "ms a step", "us a run", "share");
        foreach (KernelTime kernel in measured.Kernels)
        {
            table.AddRow(
                Markup.Escape(kernel.Kernel), $"{(double)kernel.Count / steps:0.#}", $"{1e3 * kernel.Seconds / steps:f3}", $"{1e6 * kernel.Seconds / kernel.Count:f1}",
                $"{kernel.Seconds / measured.InKernels:p1}");
        }

        summary = $"{1e3 * measured.InKernels / steps:f2} ms a step in kernels; outside kernels: {measured.ShareOutside:p1} of the device's time from the first to the last, "
            + $"{Math.Max(0, 1 - (measured.InKernels / plain)):p1} of the {1e3 * plain / steps:f2} ms that a step takes unmeasured";
        return table;
    }
}

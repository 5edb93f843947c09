namespace SegFromScratch.Engine.Profiling;

/// <summary>What a kernel took on a device's own clock.</summary>
/// <param name="Kernel">The kernel's name.</param>
/// <param name="Count">How often it ran.</param>
/// <param name="Seconds">Seconds in all.</param>
public readonly record struct KernelTime(string Kernel, long Count, double Seconds);

/// <summary>The kernels that ran while they were measured.</summary>
/// <param name="Kernels">The kernels, the one that took most time first.</param>
/// <param name="Span">Seconds from the start of the first kernel to the end of the last, summed over the readings.</param>
public sealed record KernelTimeTable(IReadOnlyList<KernelTime> Kernels, double Span)
{
    /// <summary>Seconds in kernels.</summary>
    public double InKernels => Kernels.Sum(kernel => kernel.Seconds);

    /// <summary>The share of the span in which no kernel ran: the device waited for the host or copied.</summary>
    public double ShareOutside => Span > 0 ? Math.Max(0, 1 - (InKernels / Span)) : 0;
}

/// <summary>Measures the kernels of a device until it is disposed.</summary>
public interface IKernelTimes : IDisposable
{
    /// <summary>Waits for the device and gives what was measured so far.</summary>
    KernelTimeTable Read();
}

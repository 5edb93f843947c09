namespace SegFromScratch.Engine.Profiling;

/// <summary>How long kernels ran, by the device's own clock: without the time that the host took to launch them, or that the device waited for the host.</summary>
public sealed class KernelTimes
{
    private readonly Dictionary<string, KernelTime> _kernels = [];

    /// <summary>What was measured, the longest first.</summary>
    public IReadOnlyList<KernelTime> Kernels => [.. _kernels.Values.OrderByDescending(kernel => kernel.Seconds)];

    /// <summary>All kernels together.</summary>
    public double Seconds => _kernels.Values.Sum(kernel => kernel.Seconds);

    /// <summary>Counts one launch.</summary>
    /// <param name="name">The kernel.</param>
    /// <param name="seconds">How long it ran.</param>
    public void Add(string name, double seconds)
    {
        KernelTime before = _kernels.GetValueOrDefault(name, new KernelTime(name, 0, 0));
        _kernels[name] = before with { Launches = before.Launches + 1, Seconds = before.Seconds + seconds };
    }
}

/// <summary>What one kernel took.</summary>
/// <param name="Name">Class and method.</param>
/// <param name="Launches">How often it ran.</param>
/// <param name="Seconds">How long in all.</param>
public readonly record struct KernelTime(string Name, long Launches, double Seconds);

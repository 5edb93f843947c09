using System.Diagnostics;

namespace SegFromScratch.Engine.Devices.Cpu;

/// <summary>How long the jobs of a <see cref="CpuPool"/> took, by kind.</summary>
public sealed class JobTimings
{
    private readonly Dictionary<Type, (long Count, long Ticks)> _byKind = [];

    /// <summary>Each kind of job with how often it ran and the seconds it took in all, the slowest first.</summary>
    public IReadOnlyList<(string Job, long Count, double Seconds)> Rows =>
        [.. _byKind.Select(pair => (NameOf(pair.Key), pair.Value.Count, pair.Value.Ticks / (double)Stopwatch.Frequency)).OrderByDescending(row => row.Item3)];

    /// <summary>Forgets what was measured.</summary>
    public void Clear() => _byKind.Clear();

    /// <summary>Adds what was measured to other timings.</summary>
    public void CopyTo(JobTimings other)
    {
        ArgumentNullException.ThrowIfNull(other);
        foreach ((Type kind, (long count, long ticks)) in _byKind)
            other.Add(kind, count, ticks);
    }

    internal void Add(Type kind, long ticks) => Add(kind, 1, ticks);

    private void Add(Type kind, long runs, long ticks)
    {
        (long count, long sum) = _byKind.GetValueOrDefault(kind);
        _byKind[kind] = (count + runs, sum + ticks);
    }

    // A translated kernel is a loop inside a general job: its own name says more.
    private static string NameOf(Type kind)
    {
        Type named = kind.IsGenericType ? kind.GetGenericArguments()[^1] : kind;
        return named.DeclaringType is { } owner ? $"{owner.Name}.{named.Name}" : $"{named.Namespace?.Split('.').Reverse().FirstOrDefault(part => part != "Cpu")}.{named.Name}";
    }
}

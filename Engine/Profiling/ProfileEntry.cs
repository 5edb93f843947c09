using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Tensors;

namespace SegFromScratch.Engine.Profiling;

/// <summary>What one pass of an operation took, over all calls with the same output shape.</summary>
/// <param name="operation">The operation.</param>
/// <param name="pass">The pass.</param>
/// <param name="output">The shape of the operation's output.</param>
public sealed class ProfileEntry(string operation, string pass, TensorShape output)
{
    /// <summary>The operation.</summary>
    public string Operation => operation;

    /// <summary>The pass: forward, or which gradient.</summary>
    public string Pass => pass;

    /// <summary>The shape of the operation's output, for backward passes too.</summary>
    public TensorShape Output => output;

    /// <summary>How often it ran.</summary>
    public long Count { get; private set; }

    /// <summary>Seconds in all.</summary>
    public double Seconds { get; private set; }

    /// <summary>Floating-point operations in all; 0 where nobody counted.</summary>
    public long FloatingPointOperations { get; private set; }

    /// <summary>Bytes that had to be moved in all; 0 where nobody counted.</summary>
    public long Bytes { get; private set; }

    /// <summary>The jobs of the cpu device that ran for it.</summary>
    public JobTimings Jobs { get; } = new();

    internal void Add(in Work work)
    {
        Count++;
        FloatingPointOperations += work.FloatingPointOperations;
        Bytes += work.Bytes;
    }

    internal void AddTime(double seconds, JobTimings jobs)
    {
        Seconds += seconds;
        jobs.CopyTo(Jobs);
        jobs.Clear();
    }
}

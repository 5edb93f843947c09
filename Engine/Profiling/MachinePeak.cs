using System.Diagnostics;
using System.Runtime.Intrinsics;
using SegFromScratch.Engine.Devices.Cpu;

namespace SegFromScratch.Engine.Profiling;

/// <summary>What the threads of the cpu device reach at best, measured in managed code.</summary>
/// <param name="OperationsPerSecond">Floating-point operations of a loop of multiply-adds that stays in registers.</param>
/// <param name="BytesPerSecond">Bytes read and written by a copy too large for the caches.</param>
public sealed record MachinePeak(double OperationsPerSecond, double BytesPerSecond)
{
    private const int CopyBytes = 128 << 20;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(0.2);

    /// <summary>Measures for 0.2 seconds each and takes the best of the rates met.</summary>
    public static MachinePeak Measure(CpuPool threads)
    {
        ArgumentNullException.ThrowIfNull(threads);
        double operations = Vector512.IsHardwareAccelerated ? MultiplyAdds<Lanes512, Vector512<float>>(threads) : MultiplyAdds<Lanes256, Vector256<float>>(threads);
        byte[] source = new byte[CopyBytes], target = new byte[CopyBytes];
        double bytes = BestRate(2.0 * CopyBytes, () => threads.Run(new CopyJob(source, target), CopyBytes / CopyJob.Chunk));
        return new MachinePeak(operations, bytes);
    }

    /// <summary>The share of the peak that work reached which took so many seconds: that of its tighter limit, arithmetic or memory. Work that was not counted has none.</summary>
    /// <remarks>More than 1 of the memory's limit is possible: what a cache holds from before need not come from memory.</remarks>
    public (double Share, bool IsMemoryBound) ShareOf(long operations, long bytes, double seconds)
    {
        double arithmetic = operations / OperationsPerSecond, memory = bytes / BytesPerSecond;
        return (Math.Max(arithmetic, memory) / seconds, memory > arithmetic);
    }

    private static double MultiplyAdds<TLanes, TVector>(CpuPool threads)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        // Enough tickets that a thread which wakes late does not matter.
        int tickets = 64 * threads.Threads;
        float[] sums = new float[tickets];
        return BestRate(
            (double)tickets * MultiplyAddJob<TLanes, TVector>.MultiplyAdds * 2,
            () => threads.Run(new MultiplyAddJob<TLanes, TVector>(sums), tickets));
    }

    private static double BestRate(double amount, Action run)
    {
        double best = 0;
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < s_patience)
        {
            long begin = Stopwatch.GetTimestamp();
            run();
            best = Math.Max(best, amount / Stopwatch.GetElapsedTime(begin).TotalSeconds);
        }

        return best;
    }

    private readonly struct CopyJob(byte[] source, byte[] target) : ICpuJob
    {
        public const int Chunk = 1 << 20;

        public void Execute(int ticket, int worker) => source.AsSpan(ticket * Chunk, Chunk).CopyTo(target.AsSpan(ticket * Chunk));
    }
}

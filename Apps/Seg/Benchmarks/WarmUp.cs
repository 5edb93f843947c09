using System.Diagnostics;
using System.Runtime;
using SegFromScratch.Engine.Devices;

namespace SegFromScratch.Apps.Seg.Benchmarks;

/// <summary>
/// Runs work until it runs as fast as it will. .NET compiles a method quickly at first and well only after 30 calls and a pause, on a thread of its own:
/// a step of a small network that is timed too early looks twice as slow as it is.
/// </summary>
internal static class WarmUp
{
    /// <summary>What <see cref="Run"/> does, for help texts.</summary>
    public const string Rule = "at least 2 runs, then until 60 runs or 2 seconds have gone by and the just-in-time compiler has compiled nothing for 0.25 seconds, but no new run after 5 seconds; then 2 runs without a pause";

    private const int Fewest = 2;
    private const int Enough = 60;

    // Waiting for the compiler sends the threads to sleep: who is timed next shall not pay for waking them.
    private const int Awakening = 2;
    private static readonly TimeSpan s_enoughTime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(0.25);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(5);

    /// <summary>Runs as <see cref="Rule"/> says, with the device synchronised after each run.</summary>
    public static void Run(Device device, Action run)
    {
        var clock = Stopwatch.StartNew();
        TimeSpan lastCompiled = TimeSpan.Zero;
        long compiled = JitInfo.GetCompiledMethodCount();
        for (int done = 1; ; done++)
        {
            run();
            device.Synchronize();
            if (AwaitCompiler() is var now && now != compiled)
                (compiled, lastCompiled) = (now, clock.Elapsed);
            bool isEnough = done >= Fewest && (done >= Enough || clock.Elapsed >= s_enoughTime);
            if (isEnough && (clock.Elapsed - lastCompiled >= s_quiet || clock.Elapsed >= s_longest))
                break;
        }

        for (int i = 0; i < Awakening; i++)
        {
            run();
            device.Synchronize();
        }
    }

    // Busy workers would keep the compiler's thread from running where a scheduler gives them priority. Gives the number of methods compiled so far.
    private static long AwaitCompiler()
    {
        while (true)
        {
            long before = JitInfo.GetCompiledMethodCount();
            Thread.Sleep(1);
            long now = JitInfo.GetCompiledMethodCount();
            if (now == before)
                return now;
        }
    }
}

using System.Diagnostics;
using System.Runtime;
using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Dialect;
using SegFromScratch.Engine.Numerics;
using SegFromScratch.Engine.Tensors;

namespace SegFromScratch.Apps.Seg.Benchmarks;

/// <summary>Where and how often cases run.</summary>
/// <param name="Device">The device; it is synchronised after every run.</param>
/// <param name="Runs">Timed runs a pass, after warm-up.</param>
/// <param name="BatchScale">By how much the batch of every case is multiplied.</param>
internal sealed record BenchmarkSetting(Device Device, int Runs, int BatchScale = 1)
{
    /// <summary>What <see cref="Time"/> does before it measures, for help texts.</summary>
    public const string WarmUpRule = "at least 2 runs, then until 40 runs or 1 second have gone by and the just-in-time compiler has compiled nothing for 0.25 seconds, but no new run after 4 seconds";

    private const int FewestWarmUps = 2;
    private const int EnoughWarmUps = 40;
    private static readonly TimeSpan s_enoughTime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(0.25);
    private static readonly TimeSpan s_longestWarmUp = TimeSpan.FromSeconds(4);

    /// <summary>Warms up as <see cref="WarmUpRule"/> says, then times each run with the device synchronised: seconds.</summary>
    public double[] Time(Action run)
    {
        WarmUp(run);
        double[] times = new double[Runs];
        for (int i = 0; i < times.Length; i++)
        {
            long start = Stopwatch.GetTimestamp();
            run();
            Device.Synchronize();
            times[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        return times;
    }

    /// <summary>A tensor of standard normal numbers that outlives steps.</summary>
    /// <param name="shape">N,C,H,W.</param>
    /// <param name="seed">Fixes the numbers.</param>
    /// <param name="channelBlock">1 for weights, vectors and pictures; 0 takes the layout of the device's activations.</param>
    /// <param name="requiresGradient">True for what a backward pass shall reach.</param>
    public Tensor Random(TensorShape shape, ulong seed, int channelBlock = 0, bool requiresGradient = false)
    {
        var random = new SplitMix64(seed);
        float[] values = new float[shape.Elements];
        for (int i = 0; i < values.Length; i++)
            values[i] = (float)random.Normal();
        return Tensor.Persistent(
            Device, shape, values, channelBlock > 0 ? channelBlock : Device.ChannelBlock(shape.Channels), requiresGradient, name: "benchmark");
    }

    private void WarmUp(Action run)
    {
        var clock = Stopwatch.StartNew();
        TimeSpan lastCompiled = TimeSpan.Zero;
        long compiled = JitInfo.GetCompiledMethodCount();
        for (int done = 1; ; done++)
        {
            run();
            Device.Synchronize();
            if (AwaitCompiler() is var now && now != compiled)
                (compiled, lastCompiled) = (now, clock.Elapsed);
            bool isEnough = done >= FewestWarmUps && (done >= EnoughWarmUps || clock.Elapsed >= s_enoughTime);
            if (isEnough && (clock.Elapsed - lastCompiled >= s_quiet || clock.Elapsed >= s_longestWarmUp))
                return;
        }
    }

    // The compiler improves methods on a thread of its own, which busy workers would keep from running where a scheduler gives them priority. Gives the number of methods compiled so far.
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

using System.Diagnostics;
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
    /// <summary>Warms up as <see cref="WarmUp.Rule"/> says, then times each run with the device synchronised: seconds.</summary>
    public double[] Time(Action run)
    {
        WarmUp.Run(Device, run);
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
}

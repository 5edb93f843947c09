using System.Diagnostics;
using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Memory;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Kernels.Ladders;

/// <summary>Runs rungs of ladders on a device, for <c>seg lab</c>.</summary>
public static class LadderLab
{
    private const int MostRuns = 20;
    private const double MostSeconds = 0.5;

    // Too large for every cache of a processor.
    private const int CopiedNumbers = 1 << 25;

    /// <summary>Checks one rung against the definition and times it. The first run, in which the kernel is compiled, does not count.</summary>
    public static LadderResult Run(Device device, LadderPass pass, Rung rung)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(pass);
        HostTensor<double> expected = pass.Reference(pass.Inputs);
        using var step = new Step(device, training: false, seed: 1, channelBlock: 1);
        Tensor[] inputs = [.. pass.Inputs.Select(input => step.Input(input.Shape, Array.ConvertAll(input.Values, value => (float)value), "input"))];
        Tensor output = step.Create(expected.Shape, "result");
        pass.Run(device, rung, inputs, output);
        (double error, _) = Comparison.RelativeToLargest(Array.ConvertAll(output.ToArray(), value => (double)value), expected.Values, expected.Shape);
        return new LadderResult(pass, rung, error, Time(device, () => pass.Run(device, rung, inputs, output)));
    }

    /// <summary>The device's peak, measured: multiply-adds in registers alone, the better of single numbers and of vectors. 0 on <c>debug</c>, which is not built for speed.</summary>
    public static double Peak(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (device is Engine.Devices.Debug.DebugDevice)
            return 0;
        const int WorkItems = 1 << 15;
        DeviceBuffer buffer = device.Pool.Rent(WorkItems * sizeof(float), MemoryClass.Workspace, "peak");
        ArrayView<float> Result() => new(buffer, 0, WorkItems);
        const double OperationsAnItem = 2.0 * PeakKernels.Chains * PeakKernels.Rounds;
        double peak = 0;
        if (device is not CompiledDevice { IsProcessor: false })
            peak = WorkItems * OperationsAnItem / Time(device, () => PeakLauncher.Vectors(device, new LaunchSize(WorkItems / VectorTile.Lanes, 1), 0.5f, Result()));
        if (device is CompiledDevice)
            peak = Math.Max(peak, WorkItems * OperationsAnItem / Time(device, () => PeakLauncher.Numbers(device, WorkItems, 0.5f, Result())));
        device.Pool.Return(buffer, MemoryClass.Workspace);
        return peak;
    }

    /// <summary>Bytes a second that the device reads and writes in a copy too large for its caches, the better of single numbers and of vectors. 0 on <c>debug</c>.</summary>
    public static double Bandwidth(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (device is Engine.Devices.Debug.DebugDevice)
            return 0;
        DeviceBuffer from = device.Pool.Rent(CopiedNumbers * sizeof(float), MemoryClass.Workspace, "copied"), to = device.Pool.Rent(CopiedNumbers * sizeof(float), MemoryClass.Workspace, "copy");
        device.Clear(from, from.Bytes);
        double seconds = Time(device, () => PeakLauncher.Copy(device, CopiedNumbers, Numbers(from), Numbers(to)));
        if (device is not CompiledDevice { IsProcessor: false })
            seconds = Math.Min(seconds, Time(device, () => PeakLauncher.CopyVectors(device, new LaunchSize(CopiedNumbers / PeakKernels.CopyNumbers, 1), Numbers(from), Numbers(to))));
        device.Pool.Return(from, MemoryClass.Workspace);
        device.Pool.Return(to, MemoryClass.Workspace);
        return 2.0 * sizeof(float) * CopiedNumbers / seconds;

        static ArrayView<float> Numbers(DeviceBuffer buffer) => new(buffer, 0, CopiedNumbers);
    }

    /// <summary>The shortest of some runs, after one that does not count.</summary>
    internal static double Time(Device device, Action run, int mostRuns = MostRuns)
    {
        run();
        device.Synchronize();
        double best = double.PositiveInfinity;
        var total = Stopwatch.StartNew();
        for (int i = 0; i < mostRuns && (i == 0 || total.Elapsed.TotalSeconds < MostSeconds); i++)
        {
            long start = Stopwatch.GetTimestamp();
            run();
            device.Synchronize();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return best;
    }
}

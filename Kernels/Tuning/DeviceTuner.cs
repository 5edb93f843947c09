using System.Text;
using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Memory;
using SegFromScratch.Kernels.Checking;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Kernels.Convolution.Implicit;
using SegFromScratch.Kernels.Cpu;
using SegFromScratch.Kernels.Ladders;

namespace SegFromScratch.Kernels.Tuning;

/// <summary>
/// Tries out on a device what cannot be known without trying, and keeps the outcome beside the compiled kernels: later runs take the same choice, and so have the same bits.
/// What decides about bits is part of <see cref="Device.Description"/>, which every run writes into its log. The environment variable SEG_TUNING=off takes the defaults.
/// </summary>
public static class DeviceTuner
{
    private const string Switch = "SEG_TUNING";

    // What is not clearly faster is left as it is: the choice should not depend on noise.
    private const double LeastGain = 0.95;
    private const int Numbers = 1 << 21;
    private const int Channels = 32;
    private const int Pixels = 64;
    private static readonly int[] s_groupSizes = [32, 64, 256];
    private static readonly int[] s_narrowRows = [16, 32, 64];

    /// <summary>Opens a device as <see cref="DeviceCatalog.Open"/> with the self-test, and tunes it.</summary>
    /// <exception cref="DeviceException">There is no such device, or it cannot be used.</exception>
    public static Device Open(string name, int threads = 0)
    {
        Device device = DeviceCatalog.Open(name, threads, SelfTest.Run);
        Tune(device, KernelCache.OfUser());
        return device;
    }

    /// <summary>Takes the choice of an earlier run, or makes one. Devices that are not to be tuned are left alone.</summary>
    /// <param name="device">The device.</param>
    /// <param name="cache">Where choices are kept.</param>
    /// <returns>Whether something was tried out.</returns>
    public static bool Tune(Device device, KernelCache cache)
    {
        ArgumentNullException.ThrowIfNull(cache);
        if (device is not CompiledDevice { Identity: { } identity } compiled || Environment.GetEnvironmentVariable(Switch) == "off")
            return false;
        string key = KernelCache.Key("tuning", identity, PeakLauncher.CopyDefinition.OpenCl!, ImplicitNarrowLauncher.ProductDefinition.OpenCl!, ImplicitTileLauncher.RegisterTilesDefinition.OpenCl!);
        if (cache.Find(key) is { } kept && DeviceTuning.Parse(Encoding.UTF8.GetString(kept)) is { } choice)
        {
            compiled.Tuning = choice;
            return false;
        }

        compiled.Tuning = DeviceTuning.Default;
        compiled.Tuning = compiled.Tuning with { GroupSize = BestGroupSize(compiled) };
        if (!compiled.IsProcessor)
            compiled.Tuning = compiled.Tuning with { NarrowRows = BestNarrowRows(compiled) };
        cache.Store(key, Encoding.UTF8.GetBytes(compiled.Tuning.Text()));
        return true;
    }

    private static int BestGroupSize(CompiledDevice device)
    {
        DeviceBuffer memory = device.Pool.Rent(2L * Numbers * sizeof(float), MemoryClass.Workspace, "tuning");
        int best = device.Tuning.GroupSize;
        double shortest = Seconds(best);
        foreach (int size in s_groupSizes)
        {
            double seconds = Seconds(size);
            if (seconds < LeastGain * shortest)
                (best, shortest) = (size, seconds);
        }

        device.Pool.Return(memory, MemoryClass.Workspace);
        return best;

        double Seconds(int size)
        {
            device.Tuning = device.Tuning with { GroupSize = size };
            return LadderLab.Time(device, () => PeakLauncher.Copy(device, Numbers, new(memory, 0, Numbers), new(memory, Numbers, Numbers)), mostRuns: 5);
        }
    }

    // Of a 3x3 convolution: from how many output channels on the wide tiles win.
    private static int BestNarrowRows(CompiledDevice device)
    {
        int limit = 0;
        foreach (int rows in s_narrowRows)
        {
            ConvolutionShape shape = ConvolutionShape.Create(new(2, Channels, Pixels, Pixels), new(rows, Channels, 3, 3), ConvolutionOptions.Symmetric(1));
            long bytes = (shape.Input.Elements + shape.Weight.Elements + shape.Output.Elements) * sizeof(float);
            DeviceBuffer memory = device.Pool.Rent(bytes, MemoryClass.Workspace, "tuning");
            device.Clear(memory, bytes);
            bool wins = Seconds(rows) <= LeastGain * Seconds(0);
            device.Pool.Return(memory, MemoryClass.Workspace);
            if (!wins)
                break;
            limit = rows;

            double Seconds(int narrowRows)
            {
                device.Tuning = device.Tuning with { NarrowRows = narrowRows };
                return LadderLab.Time(device, Run, mostRuns: 5);
            }

            void Run() => ConvolutionLadder.Forward(
                device, Rung.RegisterTiles, shape, View(memory, 0, shape.Input), View(memory, shape.Input.Elements, shape.Weight), default,
                View(memory, shape.Input.Elements + shape.Weight.Elements, shape.Output));
        }

        return limit;
    }

    private static TensorView View(DeviceBuffer memory, long offset, Engine.Tensors.TensorShape shape) =>
        new(new ArrayView<float>(memory, (int)offset, (int)shape.Elements), new TensorLayout(shape, 1));
}

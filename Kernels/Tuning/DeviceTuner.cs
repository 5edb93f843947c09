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
        using var memory = new Workspace(device, 2L * Numbers, "tuning");
        ArrayView<float> source = memory.View.SubView(0, Numbers), target = memory.View.SubView(Numbers, Numbers);
        int best = device.Tuning.GroupSize;
        double shortest = Seconds(best);
        foreach (int size in s_groupSizes)
        {
            double seconds = Seconds(size);
            if (seconds < LeastGain * shortest)
                (best, shortest) = (size, seconds);
        }

        return best;

        double Seconds(int size)
        {
            device.Tuning = device.Tuning with { GroupSize = size };
            return LadderLab.Time(device, () => PeakLauncher.Copy(device, Numbers, source, target), mostRuns: 5);
        }
    }

    // Of a 3x3 convolution: from how many output channels on the wide tiles win.
    private static int BestNarrowRows(CompiledDevice device)
    {
        int limit = 0;
        foreach (int rows in s_narrowRows)
        {
            ConvolutionShape shape = ConvolutionShape.Create(new(2, Channels, Pixels, Pixels), new(rows, Channels, 3, 3), ConvolutionOptions.Symmetric(1));
            using var memory = new Workspace(device, shape.Input.Elements + shape.Weight.Elements + shape.Output.Elements, "tuning");
            device.Clear(memory.View.Buffer!, memory.View.Length * sizeof(float));
            TensorView input = View(memory.View, 0, shape.Input), weight = View(memory.View, shape.Input.Elements, shape.Weight);
            TensorView output = View(memory.View, shape.Input.Elements + shape.Weight.Elements, shape.Output);
            if (Seconds(rows) > LeastGain * Seconds(0))
                break;
            limit = rows;

            double Seconds(int narrowRows)
            {
                device.Tuning = device.Tuning with { NarrowRows = narrowRows };
                return LadderLab.Time(device, () => ConvolutionLadder.Forward(device, Rung.RegisterTiles, shape, input, weight, default, output), mostRuns: 5);
            }
        }

        return limit;
    }

    private static TensorView View(ArrayView<float> memory, long offset, Engine.Tensors.TensorShape shape) =>
        new(memory.SubView((int)offset, (int)shape.Elements), new TensorLayout(shape, 1));
}

using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Layers.Models;

namespace SegFromScratch.Apps.Seg.Benchmarks;

/// <summary>How the time of a U-Net's training step grows with one quantity while the others stay: 1 image, 128x128 pixels, 8 filters, all threads.</summary>
/// <param name="Quantity">What is varied.</param>
/// <param name="Values">Its values, ascending.</param>
/// <param name="Divides">True for threads, which should divide the time.</param>
/// <param name="Make">The step for a value.</param>
internal sealed record ScalingStudy(string Quantity, IReadOnlyList<int> Values, bool Divides, Func<int, ModelBenchmark> Make)
{
    private const int Side = 128;
    private const int Filters = 8;

    /// <summary>The studies that a device allows.</summary>
    /// <param name="processors">The most threads to try; 0 where threads cannot be chosen.</param>
    public static IReadOnlyList<ScalingStudy> All(int processors)
    {
        ScalingStudy[] studies =
        [
            new("batch", [1, 2, 4, 8], false, batch => UNet(batch, Side, Filters)),
            new("area", [64 * 64, 128 * 128, 256 * 256, 512 * 512], false, area => UNet(1, (int)Math.Sqrt(area), Filters)),
            new("filters", [4, 8, 16, 32], false, filters => UNet(1, Side, filters)),
        ];
        return processors < 2 ? studies : [.. studies, new("threads", ThreadCounts(processors), true, _ => UNet(1, 2 * Side, Filters))];
    }

    /// <summary>Times every value.</summary>
    /// <param name="open">Opens the device with so many threads; 0 takes those of the command line.</param>
    /// <param name="runs">Timed runs a value.</param>
    public IEnumerable<ScalingPoint> Measure(Func<int, Device> open, int runs)
    {
        foreach (int value in Values)
        {
            using Device device = open(Divides ? value : 0);
            yield return new ScalingPoint(value, Make(value).MeasureTraining(new BenchmarkSetting(device, runs)));
        }
    }

    /// <summary>1, 2, 4 and so on, and all processors.</summary>
    internal static IReadOnlyList<int> ThreadCounts(int processors)
    {
        var counts = new List<int>();
        for (int count = 1; count < processors; count *= 2)
            counts.Add(count);
        return [.. counts, processors];
    }

    private static ModelBenchmark UNet(int batch, int side, int filters) =>
        new("unet", "unet", new ModelChoices(filters), 4, new TensorShape(batch, 3, side, side), "adam");
}

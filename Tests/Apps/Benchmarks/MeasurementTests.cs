using SegFromScratch.Apps.Seg.Benchmarks;
using SegFromScratch.Engine.Devices.Cpu;

namespace SegFromScratch.Tests.Apps.Benchmarks;

public sealed class MeasurementTests
{
    [TestCase(new[] { 3.0, 1, 2 }, 2)]
    [TestCase(new[] { 4.0, 1, 2, 7 }, 3)]
    [TestCase(new[] { 5.0 }, 5)]
    public void The_median_is_the_middle_time_or_the_mean_of_the_middle_two(double[] times, double median) =>
        Assert.That(new Measurement("forward", times).Median, Is.EqualTo(median));

    [Test]
    public void The_high_water_mark_is_read_in_kibibytes() =>
        Assert.That(PeakMemory.HighWater(["Name:\tseg", "VmPeak:\t  999 kB", "VmHWM:\t  1234 kB", "VmRSS:\t  5 kB"]), Is.EqualTo(1234 * 1024));

    [Test]
    public void A_system_without_a_high_water_mark_gives_none() => Assert.That(PeakMemory.HighWater(["Name:\tseg"]), Is.Null);

    [Test]
    public void Warm_up_lasts_as_the_rule_says()
    {
        using var device = new CpuDevice(1);
        int quick = 0, slow = 0;
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        double[] times = new BenchmarkSetting(device, 4).Time(() => quick++);
        Assert.That(System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds, Is.GreaterThanOrEqualTo(0.3));
        Assert.That((times.Length, quick), Is.EqualTo((4, quick)).And.Matches<(int, int)>(pair => pair.Item2 >= 14));
        new BenchmarkSetting(device, 1).Time(() =>
        {
            slow++;
            Thread.Sleep(1100);
        });
        Assert.That(slow, Is.EqualTo(3));
    }
}

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
    public void A_quick_run_warms_up_60_times_and_until_the_compiler_is_quiet()
    {
        using var device = new CpuDevice(1);
        int runs = 0;
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        double[] times = new BenchmarkSetting(device, 4).Time(() => runs++);
        Assert.That(System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds, Is.GreaterThanOrEqualTo(0.25));
        Assert.That(times, Has.Length.EqualTo(4));
        Assert.That(runs, Is.GreaterThanOrEqualTo(64));
    }

    [Test]
    public void A_slow_run_warms_up_few_times()
    {
        using var device = new CpuDevice(1);
        int runs = 0;
        new BenchmarkSetting(device, 1).Time(() =>
        {
            runs++;
            Thread.Sleep(1100);
        });

        // Two and the timed one; up to three more if something else is being compiled meanwhile.
        Assert.That(runs, Is.InRange(3, 6));
    }
}

using SegFromScratch.Apps.Seg.Benchmarks;
using SegFromScratch.Engine.Devices.Cpu;

namespace SegFromScratch.Tests.Apps.Benchmarks;

[NonParallelizable]
public sealed class ScalingTests
{
    [TestCase(2, 1.0, 8, 4.0, false, 1)]
    [TestCase(2, 1.0, 8, 6.0, false, 1.5)]
    [TestCase(1, 6.0, 2, 3.0, true, 1)]
    [TestCase(1, 6.0, 4, 3.0, true, 2)]
    public void The_ratio_to_linear_is_1_where_time_grows_like_the_value(int firstValue, double firstSeconds, int value, double seconds, bool divides, double ratio) =>
        Assert.That(Point(value, seconds).ToLinear(Point(firstValue, firstSeconds), divides), Is.EqualTo(ratio).Within(1e-12));

    [Test]
    public void The_rate_is_work_over_the_median() =>
        Assert.That((Point(1, 2) with { Measurement = new Measurement("train_step", [4, 1, 2]) { FloatingPointOperations = 6_000_000_000 } }).Rate, Is.EqualTo(3));

    [TestCase(1, new[] { 1 })]
    [TestCase(2, new[] { 1, 2 })]
    [TestCase(6, new[] { 1, 2, 4, 6 })]
    [TestCase(8, new[] { 1, 2, 4, 8 })]
    public void Threads_double_up_to_all(int processors, int[] counts) => Assert.That(ScalingStudy.ThreadCounts(processors), Is.EqualTo(counts));

    [Test]
    public void Work_grows_like_batch_and_area_and_filters_faster()
    {
        using var device = new CpuDevice(1);
        var setting = new BenchmarkSetting(device, 1);
        ScalingStudy[] studies = [.. ScalingStudy.All(2)];
        Assert.That(studies.Select(study => study.Quantity), Is.EqualTo((string[])["batch", "area", "filters", "threads"]));

        // The optimiser's 12 operations for each of 487,316 parameters stay the same, and the sum of the two losses.
        const long fixedWork = (12 * 487_316) + 1;
        long[] batch = Work("batch"), area = Work("area"), filters = Work("filters"), threads = Work("threads");
        Assert.That(batch.Select(work => work - fixedWork), Is.EqualTo(new[] { 1, 2, 4, 8 }.Select(images => images * (batch[0] - fixedWork))));
        Assert.That((area[^1] - fixedWork) / (double)(area[0] - fixedWork), Is.EqualTo(64).Within(0.01));
        Assert.That(filters[^1] / (double)filters[0], Is.InRange(40, 64));
        Assert.That(threads.Distinct().Count(), Is.EqualTo(1));

        long[] Work(string quantity)
        {
            ScalingStudy study = studies.Single(one => one.Quantity == quantity);
            return [.. study.Values.Select(value => study.Make(value).CountTraining(setting))];
        }
    }

    [Test]
    public void The_table_has_a_row_a_value()
    {
        CommandRun run = CommandRun.Of("bench", "--scaling", "--only", "batch", "--runs", "1", "--device", "cpu");
        string[][] rows = [.. run.Output.Split('\n').Where(line => line.Contains("batch")).Select(line => line.Split('│', StringSplitOptions.TrimEntries))];
        Assert.That((run.Status, run.Error), Is.EqualTo((0, "")));
        Assert.That(rows.Select(row => row[2]), Is.EqualTo((string[])["1", "2", "4", "8"]));
        Assert.That(rows[0][5], Is.EqualTo("1.00"));
    }

    [Test]
    public void Scaling_takes_no_cases() =>
        Assert.That(CommandRun.Of("bench", "--scaling", "--cases", "x.json"), Has.Property(nameof(CommandRun.Status)).Not.Zero.And.Property(nameof(CommandRun.Error)).Contains("--scaling has cases of its own"));

    private static ScalingPoint Point(int value, double seconds) => new(value, new Measurement("train_step", [seconds]));
}

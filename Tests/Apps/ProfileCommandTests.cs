using SegFromScratch.Apps.Seg.Console;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Profiling;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Tests.Training;

namespace SegFromScratch.Tests.Apps;

/// <summary><c>seg profile</c>: a table of operations, passes and jobs.</summary>
[NonParallelizable]
public sealed class ProfileCommandTests
{
    [Test]
    public void A_training_step_by_operation_pass_size_and_job()
    {
        string[] plain = Lines(), detailed = Lines("--jobs", "--sizes");
        Assert.Multiple(() =>
        {
            // The default U-Net: 18 convolutions beside the head and the 4 after upsampling, which have names of their own, and 18 normalisations.
            Assert.That(Count(plain, "  forward", "convolution"), Is.EqualTo("18"));
            Assert.That(Count(plain, "  weight gradient", "convolution"), Is.EqualTo("18"));
            Assert.That(Count(plain, "  input gradient", "convolution"), Is.EqualTo("17"));
            Assert.That(Count(plain, "  forward", "upsampled convolution"), Is.EqualTo("4"));
            Assert.That(Count(plain, "  bias gradient", "upsampled convolution"), Is.EqualTo("4"));
            Assert.That(Count(plain, "  forward", "pointwise convolution"), Is.EqualTo("1"));
            Assert.That(Count(plain, "  forward", "batch normalization"), Is.EqualTo("18"));
            Assert.That(Count(plain, "  update", "adam"), Is.EqualTo("82"));
            Assert.That(plain, Has.Some.Contains("outside operations"));
            Assert.That(plain, Has.Some.StartsWith("peak: "));
            Assert.That(plain, Has.None.Contains("Job"));
            Assert.That(detailed, Has.Some.Contains("TapProductJob"));

            // Two convolutions on the way down and two on the way up at full size.
            Assert.That(Count(detailed, "  forward, 2x8x32x64", "convolution"), Is.EqualTo("4"));
        });
    }

    [Test]
    public void Zero_steps_are_refused() =>
        Assert.That(CommandRun.Of("profile", "--steps", "0"), Has.Property(nameof(CommandRun.Status)).Not.Zero.And.Property(nameof(CommandRun.Error)).Contains("--steps must be at least 1"));

    [Test]
    public void Rows_are_sums_with_the_slowest_first()
    {
        // Convolutions of two sizes took 1 + 2 + 4 seconds, a dropout 5.
        TensorShape small = new(1, 16, 2, 2), large = new(1, 16, 4, 4);
        ProfileEntry[] entries = [Entry("dropout", "forward", small, 5), Entry("convolution", "forward", small, 1), Entry("convolution", "forward", large, 2), Entry("convolution", "input gradient", large, 4)];
        Assert.That(Told(ProfileRow.Group(entries, bySize: false, withJobs: false)), Is.EqualTo((string[])
            ["0 convolution 3 7 210 21", "1 input gradient 1 4 120 12", "1 forward 2 3 90 9", "0 dropout 1 5 150 15", "1 forward 1 5 150 15"]));
        Assert.That(Told(ProfileRow.Group(entries, bySize: true, withJobs: false)), Is.EqualTo((string[])
            ["0 convolution 3 7 210 21", "1 input gradient, 1x16x4x4 1 4 120 12", "1 forward, 1x16x4x4 1 2 60 6", "1 forward, 1x16x2x2 1 1 30 3", "0 dropout 1 5 150 15", "1 forward, 1x16x2x2 1 5 150 15"]));
    }

    [TestCase(100, 10, "50 % compute")]
    [TestCase(1, 10, "50 % memory")]
    [TestCase(0, 0, "")]
    public void The_share_of_the_peak_names_its_limit(long operations, long bytes, string expected) =>
        Assert.That(ProfileTable.PeakShare(new ProfileRow(0, "x", 1, 2, operations, bytes), new MachinePeak(100, 10)), Is.EqualTo(expected));

    [Test]
    public void Without_a_peak_there_is_no_share() => Assert.That(ProfileTable.PeakShare(new ProfileRow(0, "x", 1, 2, 3, 4), null), Is.Empty);

    private static ProfileEntry Entry(string operation, string pass, TensorShape output, double seconds)
    {
        var entry = new ProfileEntry(operation, pass, output);
        entry.Add(new Work(operation, pass, (long)(30 * seconds), (long)(3 * seconds)));
        entry.AddTime(seconds, new JobTimings());
        return entry;
    }

    private static string[] Told(IEnumerable<ProfileRow> rows) =>
        [.. rows.Select(row => $"{row.Level} {row.Name} {row.Count} {row.Seconds} {row.FloatingPointOperations} {row.Bytes}")];

    private static string[] Lines(params string[] options)
    {
        CommandRun run = CommandRun.Of(["profile", "--data", TinyRun.Data, "--device", "cpu", "--batch", "2", "--steps", "1", .. options]);
        Assert.That((run.Status, run.Error), Is.EqualTo((0, "")));
        return run.Output.Split('\n');
    }

    // The "runs a step" of a pass below an operation.
    private static string Count(string[] lines, string pass, string operation)
    {
        string[][] cells = [.. lines.Where(line => line.StartsWith('│')).Select(line => line.Split('│'))];
        int first = Array.FindIndex(cells, row => row[1].TrimEnd() == $" {operation}");
        return cells.Skip(first).First(row => row[1].TrimEnd() == $" {pass}")[2].Trim();
    }
}

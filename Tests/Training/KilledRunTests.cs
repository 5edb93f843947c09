using System.Diagnostics;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using SegFromScratch.Tests.TensorBoard;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Tests.Training;

/// <summary>Training in a process that is killed again and again, and goes on each time, ends in the bytes of one that nobody touched.</summary>
[NonParallelizable]
public sealed partial class KilledRunTests
{
    private const int Kills = 30, Epochs = 40, StepsPerEpoch = 5;

    [Test]
    public void Killed_at_thirty_moments_a_run_ends_in_the_bytes_of_the_unbroken_one()
    {
        using var folder = new TemporaryFolder();
        string whole = folder["whole"], killed = "";
        CommandRun unbroken = SegProcess.Run(Begin(whole));
        Assert.That((unbroken.Status, unbroken.Error), Is.EqualTo((0, "")));
        var random = new Random(20261121);
        int kills = 0, runs = 0, duringWriting = 0;
        bool isFinished = true;
        while (kills < Kills || !isFinished)
        {
            if (isFinished)
                killed = folder[$"killed-{++runs}"];
            using SegProcess process = SegProcess.Start(File.Exists(Path.Combine(killed, "config.json")) ? ["train", "--resume", killed] : Begin(killed));
            if (kills < Kills && WaitForMoment(process, killed, kills % 3, random))
            {
                process.Kill();
                kills++;
                duringWriting += HalfWritten(killed).Any() ? 1 : 0;
                isFinished = false;
                continue;
            }

            CommandRun end = process.Wait();
            Assert.That((end.Status, end.Error), Is.EqualTo((0, "")), $"after {kills} kills");
            isFinished = true;
            AssertSameEnd(whole, killed);
        }

        TestContext.Out.WriteLine($"{kills} kills in {runs} runs, {duringWriting} of them while a file was half-written");
        Assert.That(duringWriting, Is.GreaterThan(0), "no kill came while a file was half-written");
    }

    // A plateau schedule, averaged weights, kept epochs and dropout: everything that a checkpoint must carry over.
    private static string[] Begin(string run) =>
    [
        "train", "--data", TinyRun.Data, "--base-filters", "2", "--dropout", "0.2", "--optimizer", "adamw", "--schedule", "plateau", "--ema", "0.9", "--keep-last", "2", "--flip",
        "--epochs", $"{Epochs}", "--batch", "2", "--seed", "7", "--device", "cpu", "--threads", "1", "--run", run,
    ];

    // While the process starts; some steps further; or in the middle of a checkpoint. False where the process ends before.
    private static bool WaitForMoment(SegProcess process, string run, int kind, Random random)
    {
        int delay = random.Next(kind == 0 ? 700 : 8), steps = random.Next(1, 20), files = random.Next(1, 8);
        string log = Path.Combine(run, "steps.csv");
        long start = Length(log);
        bool wasWriting = false;
        while (!process.HasExited)
        {
            bool isWriting = kind == 2 && HalfWritten(run).Any();
            files -= isWriting && !wasWriting ? 1 : 0;
            wasWriting = isWriting;
            if (kind == 0 || (kind == 2 && files == 0) || (kind == 1 && Rows(log) >= RowsIn(start) + steps))
            {
                if (kind != 2)
                    Pause(delay);
                return !process.HasExited;
            }

            // A checkpoint is half-written for a moment only: that is looked for without a pause.
            Thread.Sleep(kind == 2 ? 0 : 1);
        }

        return false;
    }

    private static void Pause(int milliseconds)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start).TotalMilliseconds < milliseconds)
            Thread.Sleep(milliseconds > 20 ? 1 : 0);
    }

    private static long Length(string path) => File.Exists(path) ? new FileInfo(path).Length : 0;

    // A row of the log of steps has about 40 bytes; this only chooses moments.
    private static long RowsIn(long length) => length / 40;

    private static long Rows(string log) => RowsIn(Length(log));

    private static IEnumerable<string> HalfWritten(string run)
    {
        string checkpoints = Path.Combine(run, "checkpoints");
        return Directory.Exists(checkpoints) ? Directory.EnumerateFiles(checkpoints, ".*.partial", new EnumerationOptions { AttributesToSkip = 0 }) : [];
    }

    private static void AssertSameEnd(string whole, string killed)
    {
        string[] expected = Compared(whole), actual = Compared(killed);
        Assert.That(actual, Is.EqualTo(expected));
        Assert.That(expected, Has.Member("checkpoints/best.safetensors").And.Member("checkpoints/last.safetensors").And.Member($"checkpoints/epoch-0{Epochs}.safetensors").And.Member($"checkpoints/epoch-0{Epochs - 1}.safetensors"));
        foreach (string file in expected)
            Assert.That(File.ReadAllBytes(Path.Combine(killed, file)), Is.EqualTo(File.ReadAllBytes(Path.Combine(whole, file))), file);
        AssertSameEvents(whole, killed);
        AssertSoundReport(killed);
    }

    // Everything but what tells of clock times and commands.
    private static string[] Compared(string run) =>
    [
        .. Directory.EnumerateFiles(run, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
            .Select(path => Path.GetRelativePath(run, path).Replace('\\', '/'))
            .Where(file => file is not ("report.html" or "summary.json") && !file.StartsWith("tensorboard/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];

    // Each number of each step and epoch once, in files that are sound to their ends. How often pictures are drawn depends on the time that they take.
    private static void AssertSameEvents(string whole, string killed)
    {
        Assert.That(Numbers(killed), Is.EqualTo(Numbers(whole)));

        static string[] Numbers(string run) =>
        [
            .. EventReader.Values(Path.Combine(run, "tensorboard"))
                .Where(value => !value.Tag.StartsWith("validation/picture", StringComparison.Ordinal))
                .Select(value => $"{value.Tag} {value.Step} {value.Field.Single:r}")
                .Order(StringComparer.Ordinal),
        ];
    }

    private static void AssertSoundReport(string killed)
    {
        string page = File.ReadAllText(Path.Combine(killed, "report.html"));
        RunSummary summary = RunSummary.Load(Path.Combine(killed, "summary.json"));
        Assert.Multiple(() =>
        {
            Assert.That(page, Does.Contain($"is finished: {Epochs} of {Epochs} epochs, {Epochs * StepsPerEpoch} of {Epochs * StepsPerEpoch} steps").And.EndsWith("</html>\n"));
            foreach (Match chart in Chart().Matches(page))
                Assert.That(() => XElement.Parse(chart.Value), Throws.Nothing);
            Assert.That(summary.State, Is.EqualTo(RunState.Finished));
            Assert.That(summary.Epochs.Select(epoch => epoch.Epoch), Is.EqualTo(Enumerable.Range(1, Epochs)));
            Assert.That(summary.Epochs.Select(epoch => epoch.Classes.Count), Is.All.EqualTo(4), "each epoch has the scores of its classes");
        });
    }

    [GeneratedRegex("<svg .*?</svg>", RegexOptions.Singleline)]
    private static partial Regex Chart();
}

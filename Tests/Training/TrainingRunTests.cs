using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Devices.OpenCl;
using SegFromScratch.Training.Data.Loading;
using SegFromScratch.Training.Runs;
using SegFromScratch.Training.Trainer;

namespace SegFromScratch.Tests.Training;

public sealed class TrainingRunTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("seg-run").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, true);

    [Test]
    public void The_same_run_twice_ends_in_the_same_bytes_with_any_number_of_threads()
    {
        string first = Train("first", 1, int.MaxValue), second = Train("second", 3, int.MaxValue);
        AssertSameFiles(first, second);
    }

    // 12 strips with 15 % kept for validation leave 10 to train: 5 steps an epoch, 20 in all.
    [TestCase(1)]
    [TestCase(5)]
    [TestCase(7)]
    [TestCase(14)]
    public void A_run_that_was_stopped_and_goes_on_ends_in_the_same_bytes(int stopAfter)
    {
        string whole = Train("whole", 1, int.MaxValue), parts = Train("parts", 1, stopAfter);
        using (var device = new CpuDevice(2))
        {
            RunFolder folder = RunFolder.Open(parts);
            TrainingRun run = TrainingRun.Resume(new TrainingSetup(RunConfiguration.Load(folder.ConfigurationPath), device), folder, new Watcher());
            Assert.That(run.Run(CancellationToken.None), Is.True);
        }

        AssertSameFiles(whole, parts);
    }

    [Test]
    public void A_run_that_was_killed_between_checkpoints_repeats_the_lost_steps_to_the_same_bytes()
    {
        string whole = Train("whole", 1, int.MaxValue), killed = Path.Combine(_folder, "killed");
        using (var device = new CpuDevice(1))
        {
            RunFolder folder = RunFolder.Create(killed);
            TrainingRun run = TrainingRun.Begin(new TrainingSetup(TinyRun.Configuration, device), folder, new Watcher { FailAfter = 8 });
            Assert.That(() => run.Run(CancellationToken.None), Throws.TypeOf<KilledException>());
        }

        using (var device = new CpuDevice(1))
        {
            RunFolder folder = RunFolder.Open(killed);
            TrainingRun.Resume(new TrainingSetup(RunConfiguration.Load(folder.ConfigurationPath), device), folder, new Watcher()).Run(CancellationToken.None);
        }

        AssertSameFiles(whole, killed);
    }

    [Test]
    public void The_first_losses_on_opencl_are_those_of_the_cpu()
    {
        if (DeviceCatalog.Survey().FirstOrDefault(report => report.Name.StartsWith("opencl", StringComparison.Ordinal)) is not { IsUsable: true } report)
        {
            Assert.Ignore("no OpenCL device: " + DeviceCatalog.Survey().FirstOrDefault(r => r.Name.StartsWith("opencl", StringComparison.Ordinal))?.Rejection);
            return;
        }

        using var cpu = new CpuDevice(2);
        using Device opencl = DeviceCatalog.Open(report.Name);
        List<float> expected = Losses(cpu), actual = Losses(opencl), again = Losses(opencl);
        Assert.Multiple(() =>
        {
            Assert.That(expected, Has.Count.EqualTo(20));
            for (int i = 0; i < expected.Count; i++)
                Assert.That(Math.Abs(actual[i] - expected[i]) <= 1e-3 * expected[i], Is.True, $"step {i}: {actual[i]} against {expected[i]}");
            Assert.That(again, Is.EqualTo(actual));
        });
    }

    [Test]
    public void Training_learns_a_batch_by_heart()
    {
        using var device = new CpuDevice(2);
        TrainingSetup setup = TinyRun.Setup(device);
        var trainer = new Trainer(setup.Model, setup.Loss, setup.Optimizer, 1);
        using var loader = new BatchLoader(setup.Data.Train, setup.TrainTransform, new BatchLoaderOptions { BatchSize = 4 });
        Batch batch = loader.Next();
        float first = trainer.Learn(batch, 0, 1e-2), last = first;
        for (int step = 1; step < 150; step++)
            last = trainer.Learn(batch, step, 1e-2);
        Assert.That(last, Is.LessThan(0.7f * first));
    }

    private List<float> Losses(Device device)
    {
        var watcher = new Watcher();
        RunFolder folder = RunFolder.Create(Path.Combine(_folder, Guid.NewGuid().ToString("N")));
        TrainingRun.Begin(TinyRun.Setup(device), folder, watcher).Run(CancellationToken.None);
        return watcher.Losses;
    }

    private string Train(string name, int threads, int stopAfter)
    {
        using var device = new CpuDevice(threads);
        using var cancellation = new CancellationTokenSource();
        RunFolder folder = RunFolder.Create(Path.Combine(_folder, name));
        var watcher = new Watcher { StopAfter = stopAfter, Cancellation = cancellation };
        bool finished = TrainingRun.Begin(new TrainingSetup(TinyRun.Configuration, device), folder, watcher).Run(cancellation.Token);
        Assert.That(finished, Is.EqualTo(stopAfter == int.MaxValue));
        return folder.Path;
    }

    private static void AssertSameFiles(string first, string second)
    {
        RunFolder a = RunFolder.Open(first), b = RunFolder.Open(second);
        foreach ((string expected, string actual) in ((string, string)[])[
            (a.LastCheckpointPath, b.LastCheckpointPath), (a.BestCheckpointPath, b.BestCheckpointPath),
            (Path.Combine(first, "steps.csv"), Path.Combine(second, "steps.csv")), (a.MetricsCsvPath, b.MetricsCsvPath), (a.MetricsJsonLinesPath, b.MetricsJsonLinesPath)])
            Assert.That(File.ReadAllBytes(actual), Is.EqualTo(File.ReadAllBytes(expected)), Path.GetFileName(expected));
    }

    private sealed class KilledException : Exception;

    private sealed class Watcher : ITrainingObserver
    {
        public int StopAfter { get; init; } = int.MaxValue;

        public int FailAfter { get; init; } = int.MaxValue;

        public CancellationTokenSource? Cancellation { get; init; }

        public List<float> Losses { get; } = [];

        public void Started(TrainingSetup setup, RunProgress progress)
        {
        }

        public void StepDone(RunProgress progress, float loss, double learningRate)
        {
            Losses.Add(loss);
            if (Losses.Count >= FailAfter)
                throw new KilledException();
            if (Losses.Count >= StopAfter)
                Cancellation?.Cancel();
        }

        public void Validating(int images, int total)
        {
        }

        public void EpochDone(RunProgress progress, double meanLoss, Evaluation evaluation, bool isBest)
        {
        }
    }
}

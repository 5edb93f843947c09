using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Layers.Modules;
using SegFromScratch.Training.Data;
using SegFromScratch.Training.Data.Loading;
using SegFromScratch.Training.Optimization;
using SegFromScratch.Training.Runs;
using SegFromScratch.Training.Trainer;
using SegFromScratch.Training.Weights;

namespace SegFromScratch.Tests.Training;

/// <summary>What makes training easier: accumulated gradients, averaged weights, early ends, and what is said when it goes wrong.</summary>
public sealed class TrainingComfortTests
{
    // Nothing in this run is computed over a batch: frozen statistics, no dropout, and a loss that is a mean of pixels.
    private static readonly RunConfiguration s_apart = TinyRun.Configuration with
    {
        Model = TinyRun.Configuration.Model.With("dropout", "0"),
        Loss = new NamedOptions { Name = "bce" },
        Optimizer = new OptimizerOptions { Name = "sgd", Momentum = 0, LearningRate = 1 },
        FineTuning = new FineTuningOptions { BatchNormalization = FineTuningOptions.Frozen },
    };

    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("seg-comfort").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, true);

    [Test]
    public void Accumulated_batches_make_the_step_of_the_larger_batch()
    {
        using var device = new CpuDevice(2);
        Dictionary<string, float[]> start = Values(new TrainingSetup(s_apart, device).Model), large = Steps(device, 4, 1), small = Steps(device, 2, 2), half = Steps(device, 2, 1);
        double Distance(Dictionary<string, float[]> a, Dictionary<string, float[]> b) => Math.Sqrt(a.Sum(pair => pair.Value.Zip(b[pair.Key], (x, y) => (x - y) * (double)(x - y)).Sum()));
        double step = Distance(start, large);
        Assert.Multiple(() =>
        {
            Assert.That(step, Is.GreaterThan(1e-3));
            Assert.That(Distance(small, large), Is.LessThan(2e-6 * step));
            Assert.That(Distance(half, large), Is.GreaterThan(1e-2 * step), "half the batch makes another step");
        });
    }

    [Test]
    public void Accumulating_does_not_let_memory_grow()
    {
        using var device = new CpuDevice(1);
        var setup = new TrainingSetup(s_apart, device);
        var trainer = new Trainer(setup.Model, setup.Loss, setup.Optimizer, 1);
        using var loader = new BatchLoader(setup.Data.Train, setup.TrainTransform, new BatchLoaderOptions { BatchSize = 2 });
        Batch batch = loader.Next();
        var inUse = new List<long>();
        for (int step = 0; step < 4; step++)
        {
            for (int pass = 0; pass < 3; pass++)
                trainer.Accumulate(batch, (3 * step) + pass, 1f / 3);
            trainer.Update(batch, (3 * step) + 2, 0.01);
            inUse.Add(device.Pool.BytesInUse);
        }

        Assert.That(inUse.Skip(1), Is.All.EqualTo(inUse[0]));
    }

    // Everything with a state of its own at once. 10 strips in steps of 2 times 2 make 2 steps an epoch, 12 in all, and leave a batch over.
    private static readonly RunConfiguration s_stateful = TinyRun.Configuration with
    {
        Optimizer = new OptimizerOptions { Name = "rmsprop", LearningRate = 1e-3, GradientClip = 0.1, WeightDecay = 1e-3, DecayWeightsOnly = true },
        Schedule = new NamedOptions { Name = "plateau" }.With("patience", "0").With("factor", "0.5"),
        Training = new TrainingOptions { Accumulate = 2, AverageDecay = 0.9, KeepLast = 2, BalanceClasses = true },
        Augmentation = new AugmentationSettings { Rotation = 10, Noise = 0.05, Elastic = 1, CoarseDropout = 2 },
        Metric = "mean-dice",
        Epochs = 6,
    };

    [TestCase(1)]
    [TestCase(3)]
    [TestCase(8)]
    [TestCase(11)]
    public void A_run_with_every_comfort_goes_on_to_the_same_bytes(int stopAfter)
    {
        string whole = Train("whole", s_stateful, int.MaxValue), parts = Train("parts", s_stateful, stopAfter);
        using (var device = new CpuDevice(2))
        {
            RunFolder folder = RunFolder.Open(parts);
            var setup = new TrainingSetup(RunConfiguration.Load(folder.ConfigurationPath), device);
            Assert.That(TrainingRun.Resume(setup, folder, new Watcher()).Run(CancellationToken.None), Is.True);
        }

        string[] files = [.. Files(whole)];
        Assert.That(files, Is.EqualTo(Files(parts)).And.Contains(Path.Combine("checkpoints", "epoch-006.safetensors")));
        Assert.That(files.Count(file => file.Contains("epoch-", StringComparison.Ordinal)), Is.EqualTo(2));
        foreach (string file in files.Where(file => !file.EndsWith("config.json", StringComparison.Ordinal)))
            Assert.That(File.ReadAllBytes(Path.Combine(parts, file)), Is.EqualTo(File.ReadAllBytes(Path.Combine(whole, file))), file);
    }

    [Test]
    public void The_best_checkpoint_holds_the_averages_that_were_validated_and_the_last_one_both()
    {
        // After the only epoch, best has the averages under the weights' names, last has them beside the weights.
        string path = Train("averaged", s_stateful with { Epochs = 1 }, int.MaxValue);
        RunFolder folder = RunFolder.Open(path);
        using Checkpoint best = Checkpoint.Load(folder.BestCheckpointPath), last = Checkpoint.Load(folder.LastCheckpointPath);
        const string Name = "head.weight";
        Assert.Multiple(() =>
        {
            Assert.That(best.File.ReadSingle(Name), Is.EqualTo(last.File.ReadSingle(Checkpoint.OptimizerTensorName(Name, "average"))));
            Assert.That(best.File.ReadSingle(Name), Is.Not.EqualTo(last.File.ReadSingle(Name)));
            Assert.That(best.File.Entries.Any(entry => entry.Name.EndsWith(".average", StringComparison.Ordinal)), Is.False);
        });
    }

    // average = d a + (1 - d) w with d = min(0.5, (1 + t) / (10 + t)): 2/11, 3/12.
    [Test]
    public void Averages_ramp_up()
    {
        using var device = new CpuDevice(1);
        var setup = new TrainingSetup(s_apart, device);
        var averages = new AveragedWeights(setup.Model, 0.5);
        Tensor value = setup.Model.Parameters().Single(p => p.FullName == "head.bias").Parameter.Value;
        Tensor average = averages.State.Single(pair => pair.Name.Contains("head.bias", StringComparison.Ordinal)).Value;
        double expected = value.ToArray()[0];
        foreach ((long t, double decay, float weight) in (ReadOnlySpan<(long, double, float)>)[(1, 2 / 11.0, 3), (2, 3 / 12.0, 5), (1000, 0.5, -1)])
        {
            value.Write([weight, 0, 0, 0]);
            averages.Follow(t);
            expected = (decay * expected) + ((1 - decay) * weight);
            Assert.That(average.ToArray()[0], Is.EqualTo(expected).Within(1e-6));
        }
    }

    [Test]
    public void A_run_ends_where_validation_no_longer_gets_better_and_stays_ended()
    {
        // With a rate of next to nothing the score stands still, so the epochs after the first are not better.
        RunConfiguration configuration = TinyRun.Configuration with
        {
            Epochs = 30, Training = new TrainingOptions { Patience = 3 }, Optimizer = new OptimizerOptions { Name = "sgd", LearningRate = 1e-30 }, Model = TinyRun.Configuration.Model.With("dropout", "0"),
            FineTuning = new FineTuningOptions { BatchNormalization = FineTuningOptions.Frozen },
        };
        RunFolder folder = RunFolder.Open(Train("early", configuration, int.MaxValue));
        Assert.That(File.ReadAllLines(folder.MetricsCsvPath), Has.Length.EqualTo(1 + 4), "the header, the best epoch and three more");
        using var device = new CpuDevice(1);
        var watcher = new Watcher();
        TrainingRun run = TrainingRun.Resume(new TrainingSetup(configuration, device), folder, watcher);
        Assert.That((run.IsStoppedEarly, run.Run(CancellationToken.None), watcher.Steps), Is.EqualTo((true, true, 0)));
    }

    [Test]
    public void Only_kernels_decay_where_that_is_asked_for()
    {
        using var device = new CpuDevice(1);
        foreach (string name in OptimizerFactory.Names)
        {
            var setup = new TrainingSetup(s_apart with { Optimizer = new OptimizerOptions { Name = name, LearningRate = 0.1, WeightDecay = 0.5, Momentum = 0, DecayWeightsOnly = true } }, device);
            Dictionary<string, float[]> before = Values(setup.Model);
            foreach ((_, Parameter parameter) in setup.Model.Parameters().Where(p => p.Parameter.IsTrained))
            {
                // A gradient of zero: what moves, decays.
                using var step = new Step(device, training: true);
                step.Backward(parameter.Value, step.Input(parameter.Value.Shape, new float[parameter.Value.Shape.Elements], "gradient"));
            }

            setup.Optimizer.Update(0.1);
            Dictionary<string, float[]> after = Values(setup.Model);
            foreach ((string full, Parameter parameter) in setup.Model.Parameters())
                Assert.That(after[full].SequenceEqual(before[full]), Is.EqualTo(parameter.Role != ParameterRole.Weight), $"{name}: {full}");
        }
    }

    // 'gradient_clip' once stood in configurations and did nothing. A plain step then has exactly the length rate * limit.
    [Test]
    public void A_step_is_as_long_as_the_limit_lets_it_be()
    {
        using var device = new CpuDevice(1);
        Dictionary<string, float[]> start = Values(new TrainingSetup(s_apart, device).Model), end = Steps(device, 2, 1, s_apart with { Optimizer = s_apart.Optimizer with { GradientClip = 0.01 } });
        double length = Math.Sqrt(start.Sum(pair => pair.Value.Zip(end[pair.Key], (a, b) => (a - b) * (double)(a - b)).Sum()));
        Assert.That(length, Is.EqualTo(0.01).Within(2e-5), "0.01 * norm / (norm + 1e-6)");
    }

    [Test]
    public void The_operation_that_first_gives_no_number_is_named()
    {
        using var device = new CpuDevice(1);
        var setup = new TrainingSetup(s_apart, device);
        var trainer = new Trainer(setup.Model, setup.Loss, setup.Optimizer, 1);
        using var loader = new BatchLoader(setup.Data.Train, setup.TrainTransform, new BatchLoaderOptions { BatchSize = 2 });
        Batch batch = loader.Next();
        batch.Images[100] = float.PositiveInfinity;
        Dictionary<string, float[]> before = Values(setup.Model);
        string message = Assert.Throws<TrainingException>(() => trainer.Learn(batch, 5, 0.1))!.Message;
        Assert.That(message, Does.StartWith("the loss of pass 5 is NaN: ").And.Contain(" is the first to give ").And.Contain(" in down1.convolution1;"));
        Dictionary<string, float[]> after = Values(setup.Model);
        Assert.That(before.Keys.Where(name => !after[name].SequenceEqual(before[name])), Is.Empty, "nothing was learned from it");
        Assert.That(setup.Model.Modules().Select(m => m.Module.AfterForward), Is.All.Null, "the search leaves nothing behind");
    }

    [Test]
    public void A_weight_that_was_ruined_before_is_named()
    {
        using var device = new CpuDevice(1);
        var setup = new TrainingSetup(s_apart, device);
        Tensor bias = setup.Model.Parameters().Single(p => p.FullName == "head.bias").Parameter.Value;
        bias.Write([0, float.NaN, 0, 0]);
        var trainer = new Trainer(setup.Model, setup.Loss, setup.Optimizer, 1) { FindNan = true };
        using var loader = new BatchLoader(setup.Data.Train, setup.TrainTransform, new BatchLoaderOptions { BatchSize = 2 });
        Assert.That(() => trainer.Learn(loader.Next(), 0, 0.1), Throws.TypeOf<TrainingException>().With.Message.Contains("head.bias holds NaN since an earlier step"));
    }

    [Test]
    public void Too_little_memory_is_answered_with_what_fits()
    {
        using var device = new CpuDevice(1);
        var setup = new TrainingSetup(TinyRun.Configuration with { Batch = 8 }, device);
        long available = setup.PlanMemory(3).PeakBytesInUse;
        Assert.That(MemoryAdvice.For(setup, available), Does.Contain("--batch 3 fits").And.Contain("--batch 3 --accumulate 3").And.Contain("about as many"));
        Assert.That(MemoryAdvice.For(setup, available - 1), Does.Contain("--batch 2 --accumulate 4 makes steps of as many"));
        Assert.That(MemoryAdvice.For(setup, 1000), Does.Contain("even one picture needs"));
    }

    [Test]
    public void A_step_that_the_data_do_not_fill_is_refused()
    {
        using var device = new CpuDevice(1);
        var setup = new TrainingSetup(TinyRun.Configuration with { Training = new TrainingOptions { Accumulate = 6 } }, device);
        TrainingRun run = TrainingRun.Begin(setup, RunFolder.Create(Path.Combine(_folder, "few")), new Watcher());
        Assert.That(() => run.Run(CancellationToken.None), Throws.TypeOf<TrainingException>().With.Message.StartsWith("10 pictures do not fill a step of 6 batches of 2"));
    }

    // Samples 0 and 1 show class 0 alone, 2 shows class 1, 3 shows both, 4 shows nothing that counts: class 0 in 3 samples, class 1 in 2.
    [Test]
    public void Rare_classes_weigh_more()
    {
        double[] weights = ClassBalance.Weights(new MaskSet([[0, 0], [0, 255], [1, 1], [1, 0], [255, 255]]));
        Assert.That(weights, Is.EqualTo([1 / 3.0, 1 / 3.0, 1 / 2.0, (1 / 3.0) + (1 / 2.0), 1]).Within(1e-15));
    }

    private static Dictionary<string, float[]> Steps(Device device, int batchSize, int passes, RunConfiguration? configuration = null)
    {
        var setup = new TrainingSetup(configuration ?? s_apart, device);
        var trainer = new Trainer(setup.Model, setup.Loss, setup.Optimizer, 1);
        using var loader = new BatchLoader(setup.Data.Train, setup.TrainTransform, new BatchLoaderOptions { BatchSize = batchSize });
        Batch? batch = null;
        for (int i = 0; i < passes; i++)
        {
            batch = loader.Next();
            trainer.Accumulate(batch, i, 1f / passes);
        }

        trainer.Update(batch!, passes - 1, 1);
        return Values(setup.Model);
    }

    private string Train(string name, RunConfiguration configuration, int stopAfter)
    {
        using var device = new CpuDevice(1);
        using var cancellation = new CancellationTokenSource();
        RunFolder folder = RunFolder.Create(Path.Combine(_folder, name));
        var watcher = new Watcher { StopAfter = stopAfter, Cancellation = cancellation };
        TrainingRun.Begin(new TrainingSetup(configuration, device), folder, watcher).Run(cancellation.Token);
        return folder.Path;
    }

    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file)).Order(StringComparer.Ordinal);

    private static Dictionary<string, float[]> Values(Module model) => model.Parameters().ToDictionary(p => p.FullName, p => p.Parameter.Value.ToArray());

    private sealed class MaskSet(byte[][] masks) : IDataSet
    {
        public string Name => "masks";

        public int Count => masks.Length;

        public IReadOnlyList<string> ClassNames { get; } = ["a", "b"];

        public IReadOnlyList<(byte R, byte G, byte B)> ClassColors { get; } = [(0, 0, 0), (1, 1, 1)];

        public int? IgnoreIndex => 255;

        public bool IsMultiLabel => false;

        public string NameOf(int index) => $"{index}";

        public (int Width, int Height) SizeOf(int index) => (2, 1);

        public Sample Load(int index) => new(NameOf(index), new SegFromScratch.Training.Images.Image(2, 1, 3), new ClassMap(new SegFromScratch.Training.Images.IndexMask(2, 1, masks[index]), 255));
    }

    private sealed class Watcher : ITrainingObserver
    {
        public int StopAfter { get; init; } = int.MaxValue;

        public CancellationTokenSource? Cancellation { get; init; }

        public int Steps { get; private set; }

        public void Started(TrainingSetup setup, RunProgress progress)
        {
        }

        public void StepDone(RunProgress progress, float loss, double learningRate)
        {
            if (++Steps >= StopAfter)
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

using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.BatchNormalization;
using SegFromScratch.Layers.Models;
using SegFromScratch.Layers.Modules;
using SegFromScratch.Training.Data.Loading;
using SegFromScratch.Training.Runs;
using SegFromScratch.Training.Trainer;

namespace SegFromScratch.Tests.Training;

public sealed class BatchStatisticsTests
{
    [Test]
    public void Recomputed_statistics_are_the_mean_over_batches_of_mean_and_unbiased_variance()
    {
        using var device = new CpuDevice(1);
        TrainingSetup setup = TinyRun.Setup(device);
        var model = new Normalizer(device);
        using (var loader = new BatchLoader(setup.Data.Train, setup.EvaluationTransform, new BatchLoaderOptions { BatchSize = 3 }))
            BatchStatistics.Recompute(model, loader.Epoch(), 1);

        double[] mean = new double[3], variance = new double[3];
        int batches = 0;
        using var again = new BatchLoader(setup.Data.Train, setup.EvaluationTransform, new BatchLoaderOptions { BatchSize = 3 });
        foreach (Batch batch in again.Epoch())
        {
            int pixels = batch.Width * batch.Height;
            batches++;
            for (int c = 0; c < 3; c++)
            {
                double[] values = [.. Enumerable.Range(0, batch.Count * pixels).Select(i => (double)batch.Images[(((i / pixels * 3) + c) * pixels) + (i % pixels)])];
                double average = values.Average();
                mean[c] += average;
                variance[c] += values.Sum(x => (x - average) * (x - average)) / (values.Length - 1);
            }
        }

        Assert.Multiple(() =>
        {
            // 10 pictures in threes: the last batch is short.
            Assert.That(batches, Is.EqualTo(4));
            Assert.That(Statistic(model, "running_mean"), Is.EqualTo(mean.Select(x => x / batches)).Within(1e-5));
            Assert.That(Statistic(model, "running_var"), Is.EqualTo(variance.Select(x => x / batches)).Within(1e-5));
        });
    }

    [Test]
    public void Frozen_normalization_is_left_alone()
    {
        using var device = new CpuDevice(1);
        TrainingSetup setup = TinyRun.Setup(device);
        var model = new Normalizer(device);
        model.Layer.UsesRunningStatistics = true;
        using (var loader = new BatchLoader(setup.Data.Train, setup.EvaluationTransform, new BatchLoaderOptions { BatchSize = 3 }))
            BatchStatistics.Recompute(model, loader.Epoch(), 1);
        Assert.That(Statistic(model, "running_mean"), Is.EqualTo(new float[3]));
    }

    [Test]
    public void A_run_that_recomputes_ends_in_the_same_weights_with_other_statistics()
    {
        Dictionary<string, float[]> plain = Train(FineTuningOptions.Batch, int.MaxValue), anew = Train(FineTuningOptions.Recompute, int.MaxValue);
        Assert.Multiple(() =>
        {
            foreach (string name in plain.Keys)
                Assert.That(anew[name].SequenceEqual(plain[name]), Is.EqualTo(!name.Contains("running_", StringComparison.Ordinal)), name);
        });
    }

    [TestCase(5)]
    [TestCase(7)]
    public void A_run_that_recomputes_and_was_stopped_goes_on_to_the_same_bits(int stopAfter)
    {
        Dictionary<string, float[]> whole = Train(FineTuningOptions.Recompute, int.MaxValue), parts = Train(FineTuningOptions.Recompute, stopAfter);
        Assert.Multiple(() =>
        {
            foreach (string name in whole.Keys)
                Assert.That(parts[name], Is.EqualTo(whole[name]), name);
        });
    }

    private static float[] Statistic(Module model, string name) => model.Parameters().Single(p => p.FullName.EndsWith(name, StringComparison.Ordinal)).Parameter.Value.ToArray();

    private static Dictionary<string, float[]> Train(string batchNormalization, int stopAfter)
    {
        using var folder = new TemporaryFolder();
        using var device = new CpuDevice(1);
        RunFolder run = RunFolder.Create(folder.File("run"));
        RunConfiguration configuration = TinyRun.Configuration with { Epochs = 2, FineTuning = new FineTuningOptions { BatchNormalization = batchNormalization } };
        var setup = new TrainingSetup(configuration, device);
        using var cancellation = new CancellationTokenSource();
        if (!TrainingRun.Begin(setup, run, new StopAfter(stopAfter, cancellation)).Run(cancellation.Token))
        {
            setup = new TrainingSetup(RunConfiguration.Load(run.ConfigurationPath), device);
            Assert.That(TrainingRun.Resume(setup, run, new StopAfter(int.MaxValue, cancellation)).Run(CancellationToken.None), Is.True);
        }

        return setup.Model.Parameters().ToDictionary(p => p.FullName, p => p.Parameter.Value.ToArray());
    }

    private sealed class Normalizer : SegmentationModel
    {
        public Normalizer(Device device)
            : base(device, 3) =>
            Layer = Add("layer", new BatchNormalization2D(device, 3, new BatchNormalizationOptions()));

        public BatchNormalization2D Layer { get; }

        public override string Name => "normalizer";

        public override int InputSizeFor(int outputSize) => outputSize;

        protected override Tensor Compute(Step step, Tensor input) => Layer.Forward(step, input);
    }

    private sealed class StopAfter(int steps, CancellationTokenSource cancellation) : ITrainingObserver
    {
        private int _steps;

        public void Started(TrainingSetup setup, RunProgress progress)
        {
        }

        public void StepDone(RunProgress progress, float loss, double learningRate)
        {
            if (++_steps >= steps)
                cancellation.Cancel();
        }

        public void Validating(int images, int total)
        {
        }

        public void EpochDone(RunProgress progress, double meanLoss, Evaluation evaluation, bool isBest)
        {
        }
    }
}

using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Layers.Models;
using SegFromScratch.Layers.Modules;
using SegFromScratch.Training.Data.Loading;
using SegFromScratch.Training.Optimization;
using SegFromScratch.Training.Runs;
using SegFromScratch.Training.Trainer;

namespace SegFromScratch.Tests.Training;

public sealed class FineTuningTests
{
    [Test]
    public void Frozen_parts_keep_their_bits_and_the_others_learn()
    {
        using var device = new CpuDevice(1);
        TrainingSetup setup = Setup(device, new FineTuningOptions { Freeze = ["encoder", "merge1.convolution1"] });
        Dictionary<string, float[]> before = Values(setup.Model);
        LearnOnce(setup, 2);
        Dictionary<string, float[]> after = Values(setup.Model);
        bool IsFrozen(string name) => name.StartsWith("down", StringComparison.Ordinal) || name.StartsWith("bottom", StringComparison.Ordinal) || name.StartsWith("merge1.convolution1.", StringComparison.Ordinal);
        Assert.Multiple(() =>
        {
            Assert.That(before.Keys.Count(IsFrozen), Is.GreaterThan(20));
            foreach (string name in before.Keys)
                Assert.That(after[name].SequenceEqual(before[name]), Is.EqualTo(IsFrozen(name)), name);
            Assert.That(setup.Optimizer.State.Where(moment => IsFrozen(moment.Name["optimizer.".Length..])), Is.Empty);
        });
    }

    [Test]
    public void A_frozen_encoder_leaves_nothing_on_the_tape()
    {
        // What a backward pass would need is kept in memory until then: a frozen encoder keeps nothing.
        using var device = new CpuDevice(1);
        long Peak(FineTuningOptions options)
        {
            TrainingSetup setup = Setup(device, options);
            using var step = new Step(device, training: true);
            Tensor images = step.Input(new TensorShape(1, 3, 32, 64), new float[3 * 32 * 64], "images");
            long before = device.Pool.BytesInUse;
            Tensor logits = setup.Model.Forward(step, images);
            return device.Pool.BytesInUse - before - logits.Buffer.Bytes;
        }

        string[] allButHead = ["encoder", .. Enumerable.Range(1, 4).SelectMany(i => (string[])[$"up{i}", $"merge{i}"])];
        Assert.That(Peak(new FineTuningOptions { Freeze = allButHead }), Is.LessThan(Peak(new FineTuningOptions()) / 10));
    }

    // One step of plain gradient descent: w - rate * scale * gradient. The longest part that a parameter is in counts.
    [Test]
    public void Each_part_steps_at_its_own_rate()
    {
        using var device = new CpuDevice(1);
        var scales = new Dictionary<string, double> { ["encoder"] = 0.1, ["head"] = 10, ["head.bias"] = 20 };
        RunConfiguration configuration = TinyRun.Configuration with
        {
            Optimizer = new OptimizerOptions { Name = "sgd", Momentum = 0, LearningRate = 0.01 },
            FineTuning = new FineTuningOptions { LearningRateScales = scales },
        };
        var setup = new TrainingSetup(configuration, device);
        foreach ((string name, double scale) in (ReadOnlySpan<(string, double)>)[("down1.convolution1.weight", 0.1), ("merge1.convolution1.weight", 1), ("head.weight", 10), ("head.bias", 20)])
        {
            Tensor value = setup.Model.Parameters().Single(p => p.FullName == name).Parameter.Value;
            float[] before = value.ToArray(), gradient = [.. before.Select((_, i) => (i % 3) - 1f)];
            using (var step = new Step(device, training: true))
                step.Backward(value, step.Input(value.Shape, gradient, "gradient"));
            setup.Optimizer.Update(0.01);
            float rate = (float)(0.01 * scale);
            Assert.That(value.ToArray(), Is.EqualTo(before.Select((w, i) => w - (rate * gradient[i]))).Within(1e-7), name);
        }
    }

    [Test]
    public void Frozen_normalization_uses_running_statistics_and_trains_its_scale()
    {
        using var device = new CpuDevice(1);
        TrainingSetup setup = Setup(device, new FineTuningOptions { BatchNormalization = FineTuningOptions.Frozen });
        Dictionary<string, float[]> before = Values(setup.Model);
        LearnOnce(setup, 2);
        Dictionary<string, float[]> after = Values(setup.Model);
        Assert.Multiple(() =>
        {
            foreach ((string name, Parameter parameter) in setup.Model.Parameters())
                Assert.That(after[name].SequenceEqual(before[name]), Is.EqualTo(parameter.Role == ParameterRole.RunningStatistic), name);
        });
    }

    [Test]
    public void Every_network_of_the_catalogue_knows_its_encoder()
    {
        using var cpu = new CpuDevice(1);
        foreach (string name in ModelCatalog.Models.Keys)
        {
            SegmentationModel model = ModelCatalog.Create(name, new PlanningDevice(cpu), 4, new ModelChoices(), 1);
            FineTuning.Freeze(model, new FineTuningOptions { Freeze = ["encoder"] });
            Assert.That(model.Encoder.Sum(part => part.TotalCount), Is.GreaterThan(0), name);
            Assert.That(model.Encoder.Sum(part => part.TrainedCount), Is.Zero, name);
            Assert.That(model.TrainedCount, Is.GreaterThan(0), name);
        }
    }

    [TestCase("hed", "unet has no part 'hed'; did you mean 'head'?")]
    [TestCase("down", "unet has no part 'down'; did you mean 'down1'?")]
    public void A_part_that_there_is_not_is_told(string part, string message)
    {
        using var device = new CpuDevice(1);
        Assert.That(
            () => Setup(device, new FineTuningOptions { Freeze = [part] }), Throws.TypeOf<ConfigurationException>().With.Message.EqualTo(message));
    }

    [Test]
    public void Freezing_everything_is_refused()
    {
        using var device = new CpuDevice(1);
        string[] parts = ["encoder", "head", .. Enumerable.Range(1, 4).SelectMany(i => (string[])[$"up{i}", $"merge{i}"])];
        Assert.That(() => Setup(device, new FineTuningOptions { Freeze = parts }), Throws.TypeOf<ConfigurationException>().With.Message.EndsWith("leaves nothing of unet to train."));
    }

    [Test]
    public void The_configuration_keeps_it_all()
    {
        string path = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"fine-tuning-{Guid.NewGuid():N}.json");
        var written = new FineTuningOptions { Freeze = ["encoder"], LearningRateScales = new Dictionary<string, double> { ["head"] = 10, ["a.B_c"] = 0.5 }, BatchNormalization = FineTuningOptions.Recompute };
        (TinyRun.Configuration with { FineTuning = written }).Save(path);
        FineTuningOptions read = RunConfiguration.Load(path).FineTuning;
        File.Delete(path);
        Assert.Multiple(() =>
        {
            Assert.That(read.Freeze, Is.EqualTo(written.Freeze));
            Assert.That(read.LearningRateScales, Is.EqualTo(written.LearningRateScales));
            Assert.That(read.BatchNormalization, Is.EqualTo("recompute"));
        });
    }

    private static TrainingSetup Setup(Device device, FineTuningOptions options) => new(TinyRun.Configuration with { FineTuning = options }, device);

    private static void LearnOnce(TrainingSetup setup, int steps)
    {
        var trainer = new Trainer(setup.Model, setup.Loss, setup.Optimizer, 1);
        using var loader = new BatchLoader(setup.Data.Train, setup.TrainTransform, new BatchLoaderOptions { BatchSize = 2 });
        Batch batch = loader.Next();
        for (int step = 0; step < steps; step++)
            trainer.Learn(batch, step, 1e-2);
    }

    private static Dictionary<string, float[]> Values(SegmentationModel model) => model.Parameters().ToDictionary(p => p.FullName, p => p.Parameter.Value.ToArray());
}

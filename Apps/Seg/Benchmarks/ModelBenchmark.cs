using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Numerics;
using SegFromScratch.Engine.Profiling;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Layers.Models;
using SegFromScratch.Training.Losses;
using SegFromScratch.Training.Optimization;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Apps.Seg.Benchmarks;

/// <summary>A network: a training step with loss and optimiser on pictures that lie on the device, then inference.</summary>
/// <param name="Name">The case's name.</param>
/// <param name="Model">Its name in the catalogue of models.</param>
/// <param name="Choices">What differs from the network's defaults.</param>
/// <param name="Classes">Logits a pixel.</param>
/// <param name="Input">N,3,H,W.</param>
/// <param name="Optimizer">Its name in the catalogue of optimisers.</param>
internal sealed record ModelBenchmark(string Name, string Model, ModelChoices Choices, int Classes, TensorShape Input, string Optimizer) : IBenchmark
{
    private const double LearningRate = 1e-3;
    private const double ShareOfOnes = 0.1;

    /// <inheritdoc/>
    public IEnumerable<Measurement> Measure(BenchmarkSetting setting)
    {
        TensorShape shape = Scaled(setting);
        SegmentationModel model = Create(setting);
        Tensor images = setting.Random(shape, 1, 1);
        double[] training = setting.Time(TrainStep(setting, model, images));
        yield return new Measurement("train_step", training) { Images = shape.Batch, Parameters = model.TrainedCount, Peak = PeakMemory.Of(setting.Device) };
        yield return new Measurement("inference", setting.Time(() =>
        {
            using var step = new Step(setting.Device, training: false);
            model.Forward(step, images);
        }))
        {
            Images = shape.Batch,
        };
    }

    /// <summary>Times the training step alone, and counts its floating-point operations.</summary>
    public Measurement MeasureTraining(BenchmarkSetting setting)
    {
        double[] times = setting.Time(TrainStep(setting, Create(setting), setting.Random(Scaled(setting), 1, 1)));
        return new Measurement("train_step", times) { Images = Scaled(setting).Batch, FloatingPointOperations = CountTraining(setting) };
    }

    /// <summary>Counts the floating-point operations of a training step without computing it.</summary>
    public long CountTraining(BenchmarkSetting setting)
    {
        BenchmarkSetting plan = setting with { Device = new PlanningDevice(setting.Device) };
        Action step = TrainStep(plan, Create(plan), plan.Random(Scaled(plan), 1, 1));
        using var profile = new OperationProfile(plan.Device);
        step();
        return profile.Entries.Sum(entry => entry.FloatingPointOperations);
    }

    private Action TrainStep(BenchmarkSetting setting, SegmentationModel model, Tensor images)
    {
        Optimizer optimizer = OptimizerFactory.Create(new OptimizerOptions { Name = Optimizer, LearningRate = LearningRate }, model);
        var loss = new WeightedSumLoss("bce-dice", [(1, new BinaryCrossEntropyLoss()), (1, new DiceLoss(ignoreIndex: -1, squared: false, eachClass: false, smooth: 1))]);
        var target = new BatchTarget(null, Masks(setting, images.Shape with { Channels = Classes }));
        ulong seed = 0;
        return () =>
        {
            using var step = new Step(setting.Device, training: true, ++seed);
            Tensor logits = model.Forward(step, images);
            Tensor value = loss.Apply(step, logits, target);
            Step.Release(logits);
            step.Backward(value);
            optimizer.Update(LearningRate);
        };
    }

    private SegmentationModel Create(BenchmarkSetting setting) => ModelCatalog.Create(Model, setting.Device, Classes, Choices, 1);

    private TensorShape Scaled(BenchmarkSetting setting) => Input with { Batch = Input.Batch * setting.BatchScale };

    private static Tensor Masks(BenchmarkSetting setting, TensorShape shape)
    {
        var random = new SplitMix64(6);
        float[] values = new float[shape.Elements];
        for (int i = 0; i < values.Length; i++)
            values[i] = random.Uniform() < ShareOfOnes ? 1 : 0;
        return Tensor.Persistent(setting.Device, shape, values, name: "masks");
    }
}

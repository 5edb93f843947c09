using SegFromScratch.Engine.Numerics;
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
        TensorShape shape = Input with { Batch = Input.Batch * setting.BatchScale };
        SegmentationModel model = ModelCatalog.Create(Model, setting.Device, Classes, Choices, 1);
        Optimizer optimizer = OptimizerFactory.Create(new OptimizerOptions { Name = Optimizer, LearningRate = LearningRate }, model);
        var loss = new BinaryCrossEntropyDiceLoss();
        Tensor images = setting.Random(shape, 1, 1);
        var target = new BatchTarget(null, Masks(setting, shape with { Channels = Classes }));
        ulong seed = 0;
        double[] training = setting.Time(() =>
        {
            using var step = new Step(setting.Device, training: true, ++seed);
            Tensor logits = model.Forward(step, images);
            Tensor value = loss.Apply(step, logits, target);
            Step.Release(logits);
            step.Backward(value);
            optimizer.Update(LearningRate);
        });
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

    private static Tensor Masks(BenchmarkSetting setting, TensorShape shape)
    {
        var random = new SplitMix64(6);
        float[] values = new float[shape.Elements];
        for (int i = 0; i < values.Length; i++)
            values[i] = random.Uniform() < ShareOfOnes ? 1 : 0;
        return Tensor.Persistent(setting.Device, shape, values, name: "masks");
    }
}

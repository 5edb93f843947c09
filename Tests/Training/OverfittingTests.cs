using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Layers.Models;
using SegFromScratch.Training.Data;
using SegFromScratch.Training.Data.Loading;
using SegFromScratch.Training.Data.Masks;
using SegFromScratch.Training.Data.Transforms;
using SegFromScratch.Training.Prediction;
using SegFromScratch.Training.Trainer;

namespace SegFromScratch.Tests.Training;

/// <summary>The largest network learns a handful of pictures by heart, which it can only do if every gradient is right.</summary>
[NonParallelizable]
public sealed class OverfittingTests
{
    private const int Steps = 160;
    private const double LearningRate = 3e-3;

    [Test]
    public void DeepLabV3Plus_on_Xception_learns_eight_pictures_by_heart()
    {
        using var device = new CpuDevice(2);
        SegmentationModel model = RealPictures.Network("deeplabv3plus_xception", device, null);
        FolderDataSet pictures = RealPictures.Open(8);
        SampleTransform transform = RealPictures.TransformFor(model, 64, 48);
        Batch batch = RealPictures.BatchOf(pictures, transform);
        Trainer trainer = RealPictures.Trainer(model);
        for (int step = 0; step < Steps; step++)
            trainer.Learn(batch, step, LearningRate * Math.Min(1, 3 * (1 - ((double)step / Steps))));

        // Running statistics keep 0.99 of themselves a step: after so few steps they are still in part those of the random start.
        BatchStatistics.Recompute(model, [batch], 1);
        double accuracy = Evaluator.Evaluate(new Inference(model, false), pictures, transform, 8).Confusion!.PixelAccuracy;
        TestContext.Out.WriteLine($"pixel accuracy {accuracy:f4}");
        Assert.That(accuracy, Is.GreaterThan(0.95));
    }
}

using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Tests.Training;
using SegFromScratch.Training.Data;
using SegFromScratch.Training.Images;
using SegFromScratch.Training.PostProcessing;
using SegFromScratch.Training.Prediction;
using SegFromScratch.Training.Trainer;

namespace SegFromScratch.Tests.PostProcessing;

/// <summary>The field between network and scores: with no update it must change nothing, with some it must.</summary>
public sealed class CrfEvaluationTests
{
    [Test]
    public void Before_is_the_plain_evaluation_and_after_no_update_is_the_same()
    {
        using var device = new CpuDevice(1);
        TrainingSetup setup = TinyRun.Setup(device);
        Evaluation plain = Evaluator.Evaluate(new Inference(setup.Model, true), setup.Data.Train, setup.EvaluationTransform, 3);
        (Evaluation before, Evaluation after) = CrfEvaluation.Evaluate(new Inference(setup.Model, true), setup.Data.Train, setup.EvaluationTransform, new DenseCrfOptions { Iterations = 0 }, 1);
        (_, Evaluation refined) = CrfEvaluation.Evaluate(new Inference(setup.Model, true), setup.Data.Train, setup.EvaluationTransform, new DenseCrfOptions(), 1);
        Assert.Multiple(() =>
        {
            Assert.That((before.Score, before.Images, before.Metric), Is.EqualTo((plain.Score, plain.Images, plain.Metric)));
            Assert.That(after.Score, Is.EqualTo(plain.Score).Within(1e-6));
            Assert.That(refined.Score, Is.Not.EqualTo(plain.Score).Within(1e-6));
        });
    }

    [TestCase(true)]
    [TestCase(false)]
    public void A_prediction_with_no_update_is_the_plain_one(bool isMultiLabel)
    {
        using var device = new CpuDevice(1);
        TrainingSetup setup = TinyRun.Setup(device);
        Image image = setup.Data.Train.Load(0).Image;
        Prediction plain = new Predictor(setup.Model, setup.EvaluationTransform, isMultiLabel).Predict(image);
        Prediction same = new Predictor(setup.Model, setup.EvaluationTransform, isMultiLabel, new PredictionOptions { Crf = new DenseCrfOptions { Iterations = 0 }, Threads = 1 }).Predict(image);
        Assert.Multiple(() =>
        {
            Assert.That(same.Classes?.Labels, Is.EqualTo(plain.Classes?.Labels));
            Assert.That(same.Layers?.Layers, Is.EqualTo(plain.Layers?.Layers));
            Assert.That(plain.Classes is null, Is.EqualTo(isMultiLabel));
        });
    }

    [Test]
    public void A_prediction_with_a_field_has_the_pictures_own_size()
    {
        using var device = new CpuDevice(1);
        TrainingSetup setup = new(TinyRun.Configuration with { Data = TinyRun.Configuration.Data with { ImageWidth = 32, ImageHeight = 16 } }, device);
        Image image = setup.Data.Train.Load(0).Image;
        LayerMasks layers = new Predictor(setup.Model, setup.EvaluationTransform, true, new PredictionOptions { Crf = new DenseCrfOptions() }).Predict(image).Layers!;
        Assert.That((layers.Width, layers.Height), Is.EqualTo((64, 32)));
    }
}

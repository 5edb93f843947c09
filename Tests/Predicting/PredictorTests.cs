using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Training.Data;
using SegFromScratch.Training.Data.Transforms;
using SegFromScratch.Training.Images;
using SegFromScratch.Training.Metrics;
using SegFromScratch.Training.Prediction;
using SegFromScratch.Training.Trainer;

namespace SegFromScratch.Tests.Predicting;

/// <summary>The sizes at which a network sees a picture, and what is scored of it.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PredictorTests : IDisposable
{
    private readonly CpuDevice _device = new(1);
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _device.Dispose();
        _folder.Dispose();
    }

    [Test]
    public void At_the_size_of_training_the_probabilities_are_enlarged_linearly()
    {
        // Half of 4x2 is 2x1. The antialiasing triangle takes 3, 3 and 1 parts of the three columns that it reaches, and the network sees only red.
        var network = new SmallNetwork(_device, 2, kernel: 1);
        var image = new Image(4, 2, 3);
        for (int pixel = 0; pixel < 8; pixel++)
            image.Pixels[3 * pixel] = pixel % 4 < 2 ? (byte)20 : (byte)220;
        var half = new SampleTransform(new AugmentationOptions { Size = (2, 1) }, Normalization.Unit);
        float[] left = Sure(((6 * 20f) + 220) / 7), right = Sure((20 + (6 * 220f)) / 7), enlarged = new Predictor(network, half, true).Probabilities(image);

        // Half-pixel centres: the outer columns are the source's own, the inner ones lie a quarter and three quarters of the way.
        for (int c = 0; c < 2; c++)
        {
            float[] line = [left[c], (0.75f * left[c]) + (0.25f * right[c]), (0.25f * left[c]) + (0.75f * right[c]), right[c]];
            Assert.That(enlarged[(8 * c)..(8 * (c + 1))], Is.EqualTo(line.Concat(line)).Within(1e-6f));
        }

        float[] Sure(float red) => new Inference(network, true).Probabilities([red / 255, 0, 0], new TensorShape(1, 3, 1, 1));
    }

    [Test]
    public void At_its_own_size_the_size_of_training_does_not_matter()
    {
        var network = new SmallNetwork(_device, 2, kernel: 3);
        Image image = Noise(11, 7);
        var half = new SampleTransform(new AugmentationOptions { Size = (6, 4) }, Normalization.Unit);
        var own = new SampleTransform(new AugmentationOptions(), Normalization.Unit);
        float[] full = new Predictor(network, half, true, new PredictionOptions { Size = PictureSize.Own }).Probabilities(image);
        Assert.That(full, Is.EqualTo(new Predictor(network, own, true).Probabilities(image)));
        Assert.That(full, Is.Not.EqualTo(new Predictor(network, half, true).Probabilities(image)).Within(1e-3f));
    }

    [Test]
    public void A_pixels_class_is_its_most_probable_and_thresholds_are_for_masks()
    {
        var network = new SmallNetwork(_device, 3, kernel: 1);
        Image image = Noise(5, 4);
        var own = new SampleTransform(new AugmentationOptions(), Normalization.Unit);
        Prediction map = new Predictor(network, own, false).Predict(image);
        Prediction masks = new Predictor(network, own, true, new PredictionOptions { Thresholds = new DecisionThresholds([new(0.3, 0), new(0.6, 0), new(0, 0, 21)]) }).Predict(image);
        for (int pixel = 0; pixel < 20; pixel++)
        {
            float[] each = [.. Enumerable.Range(0, 3).Select(c => map.Probabilities[(20 * c) + pixel])];
            Assert.That(each.Sum(), Is.EqualTo(1).Within(1e-6f));
            Assert.That(each[map.Classes!.Labels[pixel]], Is.EqualTo(each.Max()));
            Assert.That(masks.Layers!.Layers[pixel] == 1, Is.EqualTo(masks.Probabilities[pixel] > 0.3f));
            Assert.That(masks.Layers.Layers[20 + pixel] == 1, Is.EqualTo(masks.Probabilities[20 + pixel] > 0.6f));
            Assert.That(masks.Layers.Layers[40 + pixel], Is.Zero, "20 pixels are fewer than 21");
        }
    }

    [Test]
    public void Pictures_of_several_sizes_are_scored_one_by_one()
    {
        IDataSet data = Squares((8, 6), (10, 6), (8, 6));
        var network = new SmallNetwork(_device, 2, kernel: 1);
        var own = new SampleTransform(new AugmentationOptions(), Normalization.Unit);
        Evaluation scored = Evaluator.Evaluate(new Inference(network, false), data, own, batchSize: 2);
        (Evaluation pictures, Evaluation? after) = PictureEvaluator.Evaluate(new Predictor(network, own, false), data, withCrf: false);
        Assert.Multiple(() =>
        {
            Assert.That(scored.Images, Is.EqualTo(3));
            Assert.That(scored.Confusion!.Total, Is.EqualTo(48 + 60 + 48));
            Assert.That(pictures.Scores, Is.EqualTo(scored.Scores), "the same pictures at the same size");
            Assert.That(after, Is.Null);
        });
    }

    [Test]
    public void Scores_at_the_pictures_own_size_are_of_the_enlarged_answer()
    {
        IDataSet data = Squares((8, 6), (8, 6));
        var network = new SmallNetwork(_device, 2, kernel: 1);
        var predictor = new Predictor(network, new SampleTransform(new AugmentationOptions { Size = (4, 3) }, Normalization.Unit), false);
        (Evaluation pictures, _) = PictureEvaluator.Evaluate(predictor, data, withCrf: false);
        int right = Enumerable.Range(0, 2).Sum(index => predictor.Predict(data.Load(index).Image).Classes!.Labels.Zip(((ClassMap)data.Load(index).Target).Mask.Labels).Count(pair => pair.First == pair.Second));
        Assert.That(pictures.Scores[MetricCatalog.PixelAccuracy], Is.EqualTo(right / 96.0));
    }

    private AllParts Squares(params (int Width, int Height)[] sizes)
    {
        _folder.WriteText("classes.txt", "ground\nsquare\n");
        for (int index = 0; index < sizes.Length; index++)
        {
            (int width, int height) = sizes[index];
            _folder.WriteImage($"images/{index}.png", width, height, (byte)(40 + (80 * index)));
            _folder.WriteMask($"masks/{index}.png", width, height, 0, 1, 1, 0, 1);
        }

        return new AllParts(DataSets.Open(_folder.Path));
    }

    private static Image Noise(int width, int height)
    {
        var image = new Image(width, height, 3);
        new Random(4).NextBytes(image.Pixels);
        return image;
    }

    // The samples of training and validation as one data set, in the order of their names.
    private sealed class AllParts(DataSetParts parts) : IDataSet
    {
        private readonly (IDataSet Part, int Index)[] _samples =
            [.. new[] { parts.Train, parts.Validation }.SelectMany(part => Enumerable.Range(0, part.Count).Select(index => (part, index))).OrderBy(sample => sample.part.NameOf(sample.index), StringComparer.Ordinal)];

        public string Name => "squares";

        public int Count => _samples.Length;

        public IReadOnlyList<string> ClassNames => parts.Train.ClassNames;

        public IReadOnlyList<(byte R, byte G, byte B)> ClassColors => parts.Train.ClassColors;

        public int? IgnoreIndex => parts.Train.IgnoreIndex;

        public bool IsMultiLabel => parts.Train.IsMultiLabel;

        public string NameOf(int index) => _samples[index].Part.NameOf(_samples[index].Index);

        public (int Width, int Height) SizeOf(int index) => _samples[index].Part.SizeOf(_samples[index].Index);

        public Sample Load(int index) => _samples[index].Part.Load(_samples[index].Index);
    }
}

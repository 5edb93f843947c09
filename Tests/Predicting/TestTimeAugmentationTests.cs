using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Numerics;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Training.Prediction;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Tests.Predicting;

/// <summary>Averaged views against independent loops, and against networks for which they must change nothing.</summary>
public sealed class TestTimeAugmentationTests : IDisposable
{
    private const int Classes = 3;
    private static readonly TensorShape s_shape = new(2, 3, 6, 9);
    private readonly CpuDevice _device = new(1);

    public void Dispose() => _device.Dispose();

    [TestCase("flip", 2)]
    [TestCase("flip,flip-vertical", 4)]
    [TestCase("rotate", 4)]
    [TestCase("flip,rotate", 8)]
    [TestCase("flip,flip-vertical,rotate", 8)]
    [TestCase("scale=0.5/1", 2)]
    [TestCase("rotate, scale=0.75/1/1.25, flip", 24)]
    public void What_was_typed_gives_so_many_different_views(string text, int views)
    {
        TestTimeAugmentation augmentation = TestTimeAugmentation.Parse(text);
        Assert.That(augmentation.Views, Is.EqualTo(views));
        Assert.That(augmentation.Symmetries.Distinct().Count() * augmentation.Scales.Distinct().Count(), Is.EqualTo(views));
        Assert.That(augmentation.Symmetries, Does.Contain(Symmetry.Identity));
    }

    [TestCase("flop", "'flop' is no view")]
    [TestCase("flip,flip", "'flip' is given twice")]
    [TestCase("scale", "'scale' needs different factors")]
    [TestCase("scale=1/1", "needs different factors")]
    [TestCase("scale=0", "needs different factors")]
    [TestCase("scale=0.09", "needs different factors")]
    [TestCase("scale=10.1", "needs different factors")]
    [TestCase("scale=1/x", "needs different factors")]
    [TestCase("", "'' is no view")]
    public void What_cannot_be_read_is_one_line(string text, string expected) =>
        Assert.That(() => TestTimeAugmentation.Parse(text), Throws.TypeOf<ConfigurationException>().With.Message.Contains(expected).And.Message.Not.Contains('\n'));

    [TestCase(false)]
    [TestCase(true)]
    public void Views_of_a_network_that_sees_single_pixels_change_nothing(bool isMultiLabel)
    {
        var network = new SmallNetwork(_device, Classes, kernel: 1);
        float[] images = Random(s_shape);
        float[] plain = new Inference(network, isMultiLabel).Probabilities(images, s_shape);
        float[] turned = new Inference(network, isMultiLabel, TestTimeAugmentation.Parse("flip,flip-vertical,rotate")).Probabilities(images, s_shape);
        Assert.That(turned, Is.EqualTo(plain).Within(1e-6f));
        Assert.That(plain.Distinct().Count(), Is.GreaterThan(100), "the answer is not one number everywhere");
    }

    [Test]
    public void The_picture_as_it_is_gives_the_same_bits()
    {
        var network = new SmallNetwork(_device, Classes, kernel: 3);
        float[] images = Random(s_shape);
        Assert.That(new Inference(network, true, TestTimeAugmentation.Parse("scale=1")).Probabilities(images, s_shape), Is.EqualTo(new Inference(network, true).Probabilities(images, s_shape)));
    }

    [Test]
    public void Mirrors_average_what_the_network_says_about_the_mirrored_picture()
    {
        var network = new SmallNetwork(_device, Classes, kernel: 3);
        float[] images = Random(s_shape);
        float[] plain = new Inference(network, false).Probabilities(images, s_shape);
        float[] mirrored = Mirror(new Inference(network, false).Probabilities(Mirror(images), s_shape));
        float[] expected = [.. plain.Zip(mirrored, (a, b) => (float)(((double)a + b) / 2))];
        float[] averaged = new Inference(network, false, TestTimeAugmentation.Parse("flip")).Probabilities(images, s_shape);
        Assert.That(averaged, Is.EqualTo(expected).Within(1e-6f));
        Assert.That(averaged, Is.Not.EqualTo(plain).Within(1e-3f), "for this network a mirror does matter");
    }

    [Test]
    public void With_all_symmetries_the_answer_turns_with_the_picture()
    {
        var network = new SmallNetwork(_device, Classes, kernel: 3);
        var inference = new Inference(network, false, TestTimeAugmentation.Parse("flip,rotate"));
        float[] images = Random(s_shape);
        var turned = new TensorShape(2, 3, s_shape.Width, s_shape.Height);
        float[] answerOfTurned = inference.Probabilities(Symmetry.QuarterTurn.Apply(images, s_shape.Height, s_shape.Width), turned);
        float[] turnedAnswer = Symmetry.QuarterTurn.Apply(inference.Probabilities(images, s_shape), s_shape.Height, s_shape.Width);
        Assert.That(answerOfTurned, Is.EqualTo(turnedAnswer).Within(1e-6f));
        Assert.That(Enumerable.Range(0, 54).Select(pixel => (double)turnedAnswer[pixel] + turnedAnswer[54 + pixel] + turnedAnswer[108 + pixel]), Is.All.EqualTo(1).Within(1e-6));
    }

    [Test]
    public void Scales_average_answers_at_several_sizes()
    {
        var network = new SmallNetwork(_device, Classes, kernel: 1);
        float[] images = Random(s_shape), plain = new Inference(network, true).Probabilities(images, s_shape);
        var half = new TensorShape(2, 3, 3, 4);
        float[] small = new Inference(network, true).Probabilities(Resize(images, s_shape, half.Height, half.Width), half);
        float[] expected = [.. plain.Zip(Resize(small, half, s_shape.Height, s_shape.Width), (a, b) => (a + b) / 2)];

        // 9 / 2 rounds to the even 4.
        Assert.That(new Inference(network, true, TestTimeAugmentation.Parse("scale=0.5/1")).Probabilities(images, s_shape), Is.EqualTo(expected).Within(1e-5f));
    }

    private static float[] Random(TensorShape shape)
    {
        var random = new SplitMix64(3);
        var values = new float[shape.Elements];
        for (int i = 0; i < values.Length; i++)
            values[i] = (float)random.Normal();
        return values;
    }

    private static float[] Mirror(float[] planes) => [.. planes.Chunk(s_shape.Width).SelectMany(line => line.Reverse())];

    // Half-pixel bilinear interpolation, written from its definition.
    private static float[] Resize(float[] planes, TensorShape from, int height, int width)
    {
        var resized = new float[planes.Length / (from.Height * from.Width) * height * width];
        for (int i = 0; i < resized.Length; i++)
        {
            int plane = i / (height * width), y = i / width % height, x = i % width;
            double sourceY = Math.Clamp(((y + 0.5) * from.Height / height) - 0.5, 0, from.Height - 1), sourceX = Math.Clamp(((x + 0.5) * from.Width / width) - 0.5, 0, from.Width - 1);
            int top = Math.Min((int)sourceY, from.Height - 2), left = Math.Min((int)sourceX, from.Width - 2);
            double down = sourceY - top, right = sourceX - left;
            float At(int row, int column) => planes[(((plane * from.Height) + row) * from.Width) + column];
            resized[i] = (float)(((1 - down) * (((1 - right) * At(top, left)) + (right * At(top, left + 1)))) + (down * (((1 - right) * At(top + 1, left)) + (right * At(top + 1, left + 1)))));
        }

        return resized;
    }
}

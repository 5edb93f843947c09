using SegFromScratch.Training.Images;
using SegFromScratch.Training.PostProcessing;

namespace SegFromScratch.Tests.PostProcessing;

public sealed class DenseCrfTests
{
    [Test]
    public void The_reference_does_what_the_formula_says_for_two_pixels()
    {
        var image = new Image(2, 1, 3, [10, 20, 30, 13, 20, 34]);
        var options = new DenseCrfOptions { Iterations = 1, BilateralWeight = 4, BilateralPosition = 2, BilateralColor = 5, GaussianWeight = 3, GaussianPosition = 1.5f };

        // Squared distances: place 1, colour 3² + 4² = 25.
        double k1 = Math.Exp(-(1 / 8.0) - (25 / 50.0)), k2 = Math.Exp(-1 / 4.5);
        double own = (4 / (1 + k1)) + (3 / (1 + k2)), other = (4 * k1 / (1 + k1)) + (3 * k2 / (1 + k2));
        double left = Sigmoid(1.5), right = Sigmoid(-0.5);
        double[] expected =
        [
            Sigmoid(1.5 + (own * ((2 * left) - 1)) + (other * ((2 * right) - 1))),
            Sigmoid(-0.5 + (own * ((2 * right) - 1)) + (other * ((2 * left) - 1))),
        ];

        double[] actual = DenseCrfReference.Refine(image, [1.5, -0.5, 0, 0], 2, options);
        Assert.That(actual[..2], Is.EqualTo(expected).Within(1e-12));
        Assert.That(actual[2..], Is.EqualTo(expected.Select(p => 1 - p)).Within(1e-12));
    }

    // The lattice approximates the Gaussians. The bounds are about twice what it was measured to be off; the field itself changes beliefs by 0.06 to 0.15 on average.
    [TestCase(4, 49, 5, 3, 3, 4, 0.02, 0.97)]
    [TestCase(4, 49, 5, 3, 3, 12, 0.01, 0.97)]
    [TestCase(4, 10, 20, 3, 3, 12, 0.005, 0.99)]
    [TestCase(0, 49, 5, 3, 3, 12, 0.005, 0.99)]
    [TestCase(10, 10, 13, 0, 3, 12, 0.006, 0.98)]
    [TestCase(4, 49, 5, 3, 3, 0, 0.004, 0.99)]
    public void The_fast_field_is_near_the_definition(
        float bilateralWeight, float bilateralPosition, float bilateralColor, float gaussianWeight, float gaussianPosition, int noise, double meanDifference, double agreement)
    {
        var options = new DenseCrfOptions
        {
            BilateralWeight = bilateralWeight,
            BilateralPosition = bilateralPosition,
            BilateralColor = bilateralColor,
            GaussianWeight = gaussianWeight,
            GaussianPosition = gaussianPosition,
        };
        Image image = DiscPicture(24, 18, noise);
        float[] logits = NoisyLogits(24, 18, 3);
        double[] expected = DenseCrfReference.Refine(image, [.. logits], 3, options);
        float[] actual = new DenseCrf(image, options, 2).Refine(logits, 3);
        double difference = expected.Zip(actual, (e, a) => Math.Abs(e - a)).Average();
        double same = Enumerable.Range(0, 24 * 18).Count(i => Largest(expected, i, 3) == Largest([.. actual], i, 3)) / (24.0 * 18);
        TestContext.Out.WriteLine($"mean difference {difference:g3}, same class {same:p2}");
        Assert.Multiple(() =>
        {
            Assert.That(difference <= meanDifference, Is.True, $"mean difference {difference}");
            Assert.That(same, Is.GreaterThanOrEqualTo(agreement));
        });
    }

    [TestCase(1, 1, 3)]
    [TestCase(1, 1, 1)]
    [TestCase(5, 4, 1)]
    [TestCase(1, 7, 2)]
    public void Tiny_pictures_and_a_single_class_work(int width, int height, int classes)
    {
        var image = new Image(width, height, 3);
        float[] logits = NoisyLogits(width, height, classes);
        double[] expected = DenseCrfReference.Refine(image, [.. logits], classes, new DenseCrfOptions());
        Assert.That(new DenseCrf(image, new DenseCrfOptions()).Refine(logits, classes), Is.EqualTo(expected).Within(0.01));
    }

    [Test]
    public void Without_iterations_the_answer_is_the_softmax()
    {
        float[] logits = NoisyLogits(6, 5, 11);
        double[] expected = DenseCrfReference.Refine(new Image(6, 5, 3), [.. logits], 11, new DenseCrfOptions { Iterations = 0 });
        Assert.That(new DenseCrf(new Image(6, 5, 3), new DenseCrfOptions { Iterations = 0 }).Refine(logits, 11), Is.EqualTo(expected).Within(1e-6));
    }

    [Test]
    public void A_uniform_picture_goes_to_the_class_of_most_of_its_pixels()
    {
        const int Side = 16;
        var image = new Image(Side, Side, 3, [.. Enumerable.Repeat((byte)90, Side * Side * 3)]);
        float[] logits = new float[2 * Side * Side];
        for (int i = 0; i < Side * Side; i++)
            logits[i] = i % 5 == 0 ? -1 : 1;
        float[] refined = new DenseCrf(image, new DenseCrfOptions()).Refine(logits, 2);
        Assert.That(refined[..(Side * Side)], Has.All.GreaterThan(0.99f));
    }

    [Test]
    public void A_blurred_border_snaps_to_the_edge_of_the_picture()
    {
        // The picture changes colour at column 16; the network is unsure around it and leans the wrong way in columns 16 to 18.
        const int Side = 32;
        var image = new Image(Side, Side, 3);
        float[] logits = new float[2 * Side * Side];
        for (int i = 0; i < Side * Side; i++)
        {
            int x = i % Side;
            image.Pixels.AsSpan(3 * i, 3).Fill((byte)(x < 16 ? 60 : 170));
            logits[i] = (18.5f - x) / 3;
        }

        float[] refined = new DenseCrf(image, new DenseCrfOptions()).Refine(logits, 2);
        Assert.That(Enumerable.Range(0, Side * Side).Where(i => refined[i] > 0.5f != i % Side < 16), Is.Empty);
    }

    [Test]
    public void Independent_classes_are_fields_of_two_labels()
    {
        Image image = DiscPicture(20, 15, 8);
        float[] logits = NoisyLogits(20, 15, 3);
        var crf = new DenseCrf(image, new DenseCrfOptions { Iterations = 4 });
        float[] actual = crf.RefineIndependent(logits, 3);
        for (int c = 0; c < 3; c++)
        {
            float[] own = logits[(c * 300)..((c + 1) * 300)];
            float[] expected = crf.Refine([.. own, .. new float[300]], 2)[..300];
            Assert.That(actual[(c * 300)..((c + 1) * 300)], Is.EqualTo(expected).Within(1e-4), $"class {c}");
        }
    }

    [Test]
    public void The_result_is_the_same_bits_for_any_number_of_threads()
    {
        Image image = DiscPicture(90, 70, 15);
        float[] logits = NoisyLogits(90, 70, 5);
        float[] one = new DenseCrf(image, new DenseCrfOptions(), 1).Refine(logits, 5);
        Assert.That(new DenseCrf(image, new DenseCrfOptions(), 3).Refine(logits, 5), Is.EqualTo(one));
    }

    [Test]
    public void Impossible_numbers_are_refused()
    {
        var image = new Image(2, 2, 3);
        Assert.Multiple(() =>
        {
            Assert.That(() => new DenseCrf(image, new DenseCrfOptions { Iterations = -1 }), Throws.ArgumentException.With.Message.Contains("iterations, not -1"));
            Assert.That(() => new DenseCrf(image, new DenseCrfOptions { BilateralWeight = float.NaN }), Throws.ArgumentException.With.Message.Contains("0 or more, not NaN"));
            Assert.That(() => new DenseCrf(image, new DenseCrfOptions { GaussianPosition = 0 }), Throws.ArgumentException.With.Message.Contains("above 0, not 0"));
            Assert.That(() => new DenseCrf(image, new DenseCrfOptions()).Refine(new float[9], 2), Throws.ArgumentException.With.Message.Contains("9 logits are not 2 classes of 4 pixels"));
        });
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static int Largest(double[] planes, int pixel, int classes) =>
        Enumerable.Range(0, classes).MaxBy(c => planes[(c * (planes.Length / classes)) + pixel]);

    // A bright disc on a dark ground, with a slope and noise.
    private static Image DiscPicture(int width, int height, int noise)
    {
        var random = new Random(1);
        var image = new Image(width, height, 3);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                double dx = x - (width * 0.4), dy = y - (height * 0.5);
                bool inside = (dx * dx) + (dy * dy) < width * height * 0.08;
                for (int c = 0; c < 3; c++)
                    image[y, x, c] = (byte)((inside ? 180 - (20 * c) : 70 + (15 * c)) + (x * 40 / width) + random.Next(-noise, noise + 1));
            }
        }

        return image;
    }

    private static float[] NoisyLogits(int width, int height, int classes)
    {
        var random = new Random(2);
        int pixels = width * height;
        return [.. Enumerable.Range(0, classes * pixels).Select(i => (float)((random.NextDouble() * 4) - 2 + ((i % pixels % width < width / 2) == (i / pixels == 0) ? 1 : 0)))];
    }
}

using SegFromScratch.Training.Data;
using SegFromScratch.Training.Data.Loading;
using SegFromScratch.Training.Data.Transforms;
using SegFromScratch.Training.Images;
using SegFromScratch.Training.Runs;
using SegFromScratch.Training.Trainer;

namespace SegFromScratch.Tests.Data;

/// <summary>Random changes: image and truth stay together, and each change is the one that its name says.</summary>
public sealed class AugmentationTests
{
    private const int Side = 48, Ignore = 255;

    // A picture that shows its own truth: a disc on quadrants, each class a grey of its own.
    private static readonly ClassMap s_map = new(new IndexMask(Side, Side, [.. Enumerable.Range(0, Side * Side).Select(i => Label(i % Side, i / Side))]), Ignore);
    private static readonly Image s_image = new(Side, Side, 3, [.. s_map.Mask.Labels.SelectMany(label => Enumerable.Repeat(Grey(label), 3))]);

    public static IEnumerable<TestCaseData> Changes =>
    [
        new TestCaseData(new AugmentationOptions { Rotation = 180 }).SetArgDisplayNames("rotation"),
        new TestCaseData(new AugmentationOptions { Elastic = 3 }).SetArgDisplayNames("elastic"),
        new TestCaseData(new AugmentationOptions { Elastic = 2, ElasticNodes = 6, Rotation = 30, HorizontalFlip = true, VerticalFlip = true }).SetArgDisplayNames("elastic and rotated and mirrored"),
        new TestCaseData(new AugmentationOptions { Rotation = 45, MinimumScale = 0.6, MaximumScale = 1.8, Crop = (40, 56), HorizontalFlip = true }).SetArgDisplayNames("rotation of a scaled crop"),
        new TestCaseData(new AugmentationOptions { Rotation = 45, MinimumScale = 0.6, MaximumScale = 0.9, MirrorPadding = true, VerticalFlip = true }).SetArgDisplayNames("rotation with mirrored edges"),
        new TestCaseData(new AugmentationOptions { MirrorPadding = true, MinimumScale = 0.3, MaximumScale = 0.5 }).SetArgDisplayNames("mirrored edges"),
        new TestCaseData(new AugmentationOptions { FixedMirror = true }).SetArgDisplayNames("fixed mirror"),
        new TestCaseData(new AugmentationOptions { MinimumScale = 0.5, MaximumScale = 2, ScaleStep = 0.25, Crop = (32, 32) }).SetArgDisplayNames("few scales"),
    ];

    [TestCaseSource(nameof(Changes))]
    public void Image_and_truth_move_together(AugmentationOptions options)
    {
        var transform = new SampleTransform(options, Normalization.Unit);
        var renderer = new SampleRenderer();
        int inside = 0, padded = 0;
        for (int seed = 0; seed < 20; seed++)
        {
            SamplePlan plan = transform.Plan(Side, Side, SeededRandom.For(seed));
            float[] image = new float[3 * plan.Width * plan.Height];
            int[] truth = new int[plan.Width * plan.Height];
            float[] layers = new float[4 * truth.Length];
            renderer.RenderImage(s_image, plan, Normalization.Unit, image);
            renderer.RenderClassMap(s_map, plan, truth);
            renderer.RenderLayers(Layers(), plan, layers);
            for (int i = 0; i < truth.Length; i++)
            {
                for (int c = 0; c < 4; c++)
                    Assert.That(layers[(c * truth.Length) + i], Is.EqualTo(truth[i] == c ? 1 : 0), "layers say what the class map says");
                if (truth[i] == Ignore)
                {
                    padded++;
                    Assert.That(image[i], Is.Zero, "padding");
                }
                else if (IsAwayFromEdges(truth, plan.Width, i))
                {
                    inside++;
                    Assert.That(image[i] * 255, Is.EqualTo((double)Grey((byte)truth[i])).Within(0.01), $"seed {seed}, pixel {i}");
                }
            }
        }

        Assert.That(inside, Is.GreaterThan(4_000), "pixels compared");
        if (options.MirrorPadding)
            Assert.That(padded, Is.Zero, "mirrored edges leave nothing to pad");
        else if (options.Rotation > 0)
            Assert.That(padded, Is.GreaterThan(100), "a rotation looks beyond the corners");
    }

    [Test]
    public void A_quarter_turn_moves_every_pixel_to_its_place()
    {
        var map = new ClassMap(new IndexMask(5, 5, [.. Enumerable.Range(0, 25).Select(i => (byte)i)]), Ignore);
        var image = new Image(5, 5, 3, [.. Enumerable.Range(0, 75).Select(i => (byte)(i / 3 * 10))]);
        var plan = new SamplePlan(5, 5, 0, 0, 1, 1) { Warp = new SampleWarp(Math.PI / 2, null) };
        int[] truth = new int[25];
        float[] pixels = new float[75];
        var renderer = new SampleRenderer();
        renderer.RenderClassMap(map, plan, truth);
        renderer.RenderImage(image, plan, Normalization.Unit, pixels);

        // Clockwise: what was at the left is at the top.
        for (int i = 0; i < 25; i++)
        {
            Assert.That(truth[i], Is.EqualTo(((4 - (i % 5)) * 5) + (i / 5)));
            Assert.That(pixels[i] * 255, Is.EqualTo(10.0 * truth[i]).Within(1e-3));
        }
    }

    // The picture's edge pixel is the first of its mirror image.
    [Test]
    public void Mirrored_edges_repeat_from_the_edge()
    {
        var map = new ClassMap(new IndexMask(3, 1, [0, 1, 2]), Ignore);
        int[] truth = new int[13];
        new SampleRenderer().RenderClassMap(map, new SamplePlan(13, 1, -5, 0, 1, 1) { MirrorPadding = true }, truth);
        Assert.That(truth, Is.EqualTo([1, 2, 2, 1, 0, 0, 1, 2, 2, 1, 0, 0, 1]));
    }

    [Test]
    public void Few_scales_are_multiples_and_all_of_them_come()
    {
        var transform = new SampleTransform(new AugmentationOptions { MinimumScale = 0.5, MaximumScale = 1, ScaleStep = 0.25, Crop = (16, 16) }, Normalization.Unit);
        double[] scales = [.. Enumerable.Range(0, 100).Select(seed => 1 / transform.Plan(Side, Side, SeededRandom.For(seed)).StepX).Select(scale => Math.Round(scale, 9)).Distinct().Order()];
        Assert.That(scales, Is.EqualTo([0.5, 0.75, 1]));
    }

    // Made by Python's colorsys: hue + turn, saturation and value as they are.
    [TestCase(0.8f, 0.3f, 0.1f, 0.1f, new[] { 0.8, 0.72, 0.1 })]
    [TestCase(0.2f, 0.9f, 0.4f, -0.3f, new[] { 0.9, 0.54, 0.2 })]
    [TestCase(0.1f, 0.2f, 0.95f, 0.5f, new[] { 0.95, 0.85, 0.1 })]
    [TestCase(0.4f, 0.4f, 0.4f, 0.3f, new[] { 0.4, 0.4, 0.4 })]
    public void Hue_turns_as_in_colorsys(float r, float g, float b, float turn, double[] expected)
    {
        float[] pixel = Render(r, g, b, new SampleAppearance(1, turn, 0, 0, default));
        Assert.That(pixel, Is.EqualTo(expected.Select(value => (float)value)).Within(0.004));
    }

    [Test]
    public void Saturation_zero_is_the_luma_and_more_than_one_moves_away_from_it()
    {
        float luma = (0.299f * 0.6f) + (0.587f * 0.4f) + (0.114f * 0.2f);
        Assert.That(Render(0.6f, 0.4f, 0.2f, new SampleAppearance(0, 0, 0, 0, default)), Is.EqualTo([luma, luma, luma]).Within(1e-5));
        Assert.That(Render(0.6f, 0.4f, 0.2f, new SampleAppearance(1.5f, 0, 0, 0, default)), Is.EqualTo([0.9f - (luma / 2), 0.6f - (luma / 2), 0.3f - (luma / 2)]).Within(1e-5));
    }

    [Test]
    public void Blur_is_the_Gaussian_and_keeps_a_flat_picture()
    {
        var point = new Image(21, 21, 3);
        for (int c = 0; c < 3; c++)
            point[10, 10, c] = 255;
        float[] blurred = new float[3 * 441];
        new SampleRenderer().RenderImage(point, Whole(21, 21) with { Appearance = new SampleAppearance(1, 0, 1.5f, 0, default) }, Normalization.Unit, blurred);
        double sum = Enumerable.Range(-5, 11).Sum(d => Math.Exp(-d * d / 4.5));
        Assert.That(blurred[220], Is.EqualTo(1 / (sum * sum)).Within(1e-6));
        Assert.That(blurred[220 + 2 + 21], Is.EqualTo(Math.Exp(-5 / 4.5) / (sum * sum)).Within(1e-6), "two to the right, one down");
        Assert.That(blurred.Take(441).Sum(), Is.EqualTo(1).Within(1e-4));
    }

    [Test]
    public void Noise_has_its_deviation_and_repeats()
    {
        var grey = new Image(64, 64, 3, [.. Enumerable.Repeat((byte)128, 64 * 64 * 3)]);
        var plan = Whole(64, 64) with { Appearance = new SampleAppearance(1, 0, 0, 0.05f, SeededRandom.For(3)) };
        float[] first = new float[64 * 64 * 3], second = new float[64 * 64 * 3];
        new SampleRenderer().RenderImage(grey, plan, Normalization.Unit, first);
        new SampleRenderer().RenderImage(grey, plan, Normalization.Unit, second);
        Assert.That(second, Is.EqualTo(first));
        double mean = first.Average(), deviation = Math.Sqrt(first.Average(value => (value - mean) * (value - mean)));
        Assert.That((mean, deviation), Is.EqualTo((128 / 255.0, 0.05)).Using<(double, double)>((a, b) => Math.Abs(a.Item1 - b.Item1) < 0.002 && Math.Abs(a.Item2 - b.Item2) < 0.002));
    }

    [TestCase(6, 0)]
    [TestCase(0, 0.4)]
    public void Dropout_blanks_the_image_and_leaves_the_truth(int holes, double grid)
    {
        var transform = new SampleTransform(new AugmentationOptions { CoarseDropout = holes, GridDropout = grid }, Normalization.Unit);
        var renderer = new SampleRenderer();
        double blanked = 0;
        for (int seed = 0; seed < 50; seed++)
        {
            SamplePlan plan = transform.Plan(Side, Side, SeededRandom.For(seed));
            float[] image = new float[3 * Side * Side];
            int[] truth = new int[Side * Side];
            renderer.RenderImage(s_image, plan, Normalization.Unit, image);
            renderer.RenderClassMap(s_map, plan, truth);
            Assert.That(truth, Is.EqualTo(s_map.Mask.Labels.Select(label => (int)label)));
            for (int i = 0; i < truth.Length; i++)
            {
                bool isHole = plan.Holes!.Any(hole => i % Side >= hole.X && i % Side < hole.X + hole.Width && i / Side >= hole.Y && i / Side < hole.Y + hole.Height);
                Assert.That(image[i] * 255, Is.EqualTo(isHole ? 0 : (double)Grey((byte)truth[i])).Within(0.01));
                blanked += isHole ? 1 : 0;
            }
        }

        double share = blanked / (50 * Side * Side);
        Assert.That(share, grid > 0 ? Is.EqualTo(0.16).Within(0.04) : Is.InRange(0.005, 0.06));
    }

    [Test]
    public void Batches_are_the_same_for_any_number_of_workers()
    {
        var settings = new AugmentationSettings
        {
            HorizontalFlip = true, VerticalFlip = true, MinimumScale = 0.7, MaximumScale = 1.3, Rotation = 20, Elastic = 2, Brightness = 0.1, Contrast = 0.1, Saturation = 0.3, Hue = 0.1,
            Blur = 1, Noise = 0.05, CoarseDropout = 3, GridDropout = 0.3, MirrorPadding = true,
        };
        using var device = new SegFromScratch.Engine.Devices.Cpu.CpuDevice(1);
        var setup = new TrainingSetup(Tests.Training.TinyRun.Configuration with { Augmentation = settings }, device);
        Assert.That(Batches(setup, 3), Is.EqualTo(Batches(setup, 1)));
    }

    [Test]
    public void Weighted_samples_come_as_often_as_they_should_and_the_same_again()
    {
        var order = new EpochOrder(4, 9, shuffle: true, [1, 2, 3, 4]);
        int[] drawn = [.. Enumerable.Range(0, 2500).SelectMany(epoch => order.Of(epoch).ToArray())];
        for (int i = 0; i < 4; i++)
            Assert.That(drawn.Count(sample => sample == i) / 10_000.0, Is.EqualTo((i + 1) / 10.0).Within(0.015));
        Assert.That(new EpochOrder(4, 9, shuffle: true, [1, 2, 3, 4]).Of(17).ToArray(), Is.EqualTo(drawn.AsSpan(17 * 4, 4).ToArray()));
    }

    private static List<float> Batches(TrainingSetup setup, int workers)
    {
        using var loader = new BatchLoader(setup.Data.Train, setup.TrainTransform, new BatchLoaderOptions { BatchSize = 3, Seed = 4, Shuffle = true, Workers = workers });
        var values = new List<float>();
        foreach (Batch batch in loader.Epoch())
        {
            values.AddRange(batch.Images.AsSpan(0, batch.Count * 3 * batch.Width * batch.Height));
            values.AddRange(batch.Layers.AsSpan(0, batch.Count * batch.LayerCount * batch.Width * batch.Height));
        }

        return values;
    }

    private static byte Label(int x, int y) => (byte)(((x - 20) * (x - 20)) + ((y - 26) * (y - 26)) < 144 ? 3 : (x < 24 ? 0 : 1) + (y < 24 ? 0 : 1));

    private static byte Grey(byte label) => (byte)(40 + (60 * label));

    private static LayerMasks Layers() => new(Side, Side, 4, [.. Enumerable.Range(0, 4).SelectMany(c => s_map.Mask.Labels.Select(label => (byte)(label == c ? 1 : 0)))]);

    // All within three pixels are of one class: interpolation, also of a picture that shrinks, has nothing to mix.
    private static bool IsAwayFromEdges(int[] truth, int width, int at)
    {
        int height = truth.Length / width, x = at % width, y = at / width;
        for (int dy = -3; dy <= 3; dy++)
        {
            for (int dx = -3; dx <= 3; dx++)
            {
                if (x + dx < 0 || x + dx >= width || y + dy < 0 || y + dy >= height || truth[((y + dy) * width) + x + dx] != truth[at])
                    return false;
            }
        }

        return true;
    }

    private static SamplePlan Whole(int width, int height) => new(width, height, 0, 0, 1, 1);

    private static float[] Render(float r, float g, float b, SampleAppearance appearance)
    {
        float[] pixel = new float[3];
        var image = new Image(1, 1, 3, [(byte)MathF.Round(255 * r), (byte)MathF.Round(255 * g), (byte)MathF.Round(255 * b)]);
        new SampleRenderer().RenderImage(image, Whole(1, 1) with { Appearance = appearance }, Normalization.Unit, pixel);
        return pixel;
    }
}

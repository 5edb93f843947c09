using SegFromScratch.Training.Data;
using SegFromScratch.Training.Data.Transforms;
using SegFromScratch.Training.Images;

namespace SegFromScratch.Tests.Data;

public class TransformTests
{
    private const int SourceWidth = 7, SourceHeight = 5;

    // Made by PIL 9.4: the image (37 y + 11 x x) mod 256 in mode F, resize(size, BILINEAR, box=(x0, y0, x1, y1)).
    private static readonly object[] PilCases =
    [
        new object[]
        {
            4, 3, new[] { 0.0, 0, 7, 5 },
            new[] { 22.667, 68.657, 138.897, 105.714, 80.81, 126.8, 167.458, 161.148, 138.952, 184.943, 122.063, 133.184 },
        },
        new object[]
        {
            3, 7, new[] { 0.0, 0, 7, 5 },
            new[]
            {
                14.143, 94.294, 95.857, 35.286, 115.437, 117.0, 61.714, 141.866, 143.429, 88.143, 168.294, 169.857, 114.571, 151.697, 157.102,
                141.0, 160.916, 128.673, 162.143, 182.059, 97.571,
            },
        },
        new object[]
        {
            5, 4, new[] { 1.5, 0.75, 5.25, 3.75 },
            new[]
            {
                46.5, 74.0, 115.25, 170.25, 140.25, 74.25, 101.75, 143.0, 198.0, 168.0, 102.0, 129.5, 170.75, 205.75, 175.75, 129.75, 157.25,
                198.5, 113.5, 83.5,
            },
        },
    ];

    [TestCaseSource(nameof(PilCases))]
    public void Images_are_interpolated_as_PIL_does(int width, int height, double[] box, double[] expected)
    {
        var plan = new SamplePlan(width, height, box[0], box[1], (box[2] - box[0]) / width, (box[3] - box[1]) / height);
        float[] output = Render(SourceImage(), plan);
        for (int channel = 0; channel < 3; channel++)
        {
            double[] plane = [.. output.Skip(channel * width * height).Take(width * height).Select(value => value * 255.0)];
            Assert.That(plane, Is.EqualTo(expected).Within(1.1e-3), $"channel {channel}");
        }
    }

    [Test]
    public void Masks_take_the_nearest_pixel_as_PIL_does()
    {
        var labels = new IndexMask(SourceWidth, SourceHeight, [.. Enumerable.Range(0, SourceWidth * SourceHeight).Select(i => (byte)i)]);
        int[] output = new int[4 * 3];
        new SampleRenderer().RenderClassMap(new ClassMap(labels, 255), WholeImage(4, 3), output);
        Assert.That(output, Is.EqualTo(new[] { 0, 2, 4, 6, 14, 16, 18, 20, 28, 30, 32, 34 }));
    }

    [TestCase(false, false)]
    [TestCase(true, false)]
    [TestCase(false, true)]
    [TestCase(true, true)]
    public void Mirrors_and_whole_pixel_windows_copy_bytes_and_pad(bool flipX, bool flipY)
    {
        Image image = SourceImage();
        var mask = new ClassMap(new IndexMask(SourceWidth, SourceHeight, [.. Enumerable.Range(0, 35).Select(i => (byte)i)]), ignoreIndex: 99);
        var layers = new LayerMasks(SourceWidth, SourceHeight, 2, [.. Enumerable.Range(0, 70).Select(i => (byte)(i % 2))]);
        var plan = new SamplePlan(6, 7, X: -2, Y: 1, StepX: 1, StepY: 1) { FlipX = flipX, FlipY = flipY };
        float[] pixels = Render(image, plan);
        int[] classes = new int[42];
        float[] planes = new float[84];
        var renderer = new SampleRenderer();
        renderer.RenderClassMap(mask, plan, classes);
        renderer.RenderLayers(layers, plan, planes);
        for (int y = 0; y < 7; y++)
        {
            for (int x = 0; x < 6; x++)
            {
                int sourceX = (flipX ? 5 - x : x) - 2, sourceY = (flipY ? 6 - y : y) + 1, at = (y * 6) + x;
                bool inside = sourceX is >= 0 and < SourceWidth && sourceY < SourceHeight;
                Assert.That(pixels[at] * 255, Is.EqualTo(inside ? image[sourceY, sourceX, 0] : 0).Within(1e-4));
                Assert.That(classes[at], Is.EqualTo(inside ? (sourceY * 7) + sourceX : 99));
                Assert.That(planes[42 + at], Is.EqualTo(inside ? (35 + (sourceY * 7) + sourceX) % 2 : 0));
            }
        }
    }

    [Test]
    public void Light_changes_around_the_mean_and_stops_at_black_and_white()
    {
        var image = new Image(3, 1, 3, [51, 51, 51, 102, 102, 102, 204, 204, 204]);
        var normalization = new Normalization((0.5f, 0.25f, 0), (0.5f, 1, 2));
        float[] output = new float[9];
        var plan = new SamplePlan(3, 1, 0, 0, 1, 1) { Contrast = 2, Brightness = 0.1f };
        new SampleRenderer().RenderImage(image, plan, normalization, output);
        // Channel 0, mean 0.5: 0.2 -> (0.2-0.5)*2+0.5+0.1 = 0 -> -1; 0.4 -> 0.4 -> -0.2; 0.8 -> 1.2, cut to 1 -> 1. The others likewise.
        Assert.That(output, Is.EqualTo(new[] { -1f, -0.2f, 1f, 0f, 0.4f, 0.75f, 0.25f, 0.45f, 0.5f }).Within(1e-6));
    }

    [Test]
    public void Normalisation_is_the_published_formula_and_padding_is_the_mean()
    {
        var image = new Image(1, 1, 3, [255, 0, 128]);
        float[] output = new float[6];
        new SampleRenderer().RenderImage(image, new SamplePlan(2, 1, 0, 0, 1, 1), Normalization.ImageNet, output);
        Assert.That(output, Is.EqualTo(new[]
        {
            (1 - 0.485f) / 0.229f, 0, (0 - 0.456f) / 0.224f, 0, ((128 / 255f) - 0.406f) / 0.225f, 0,
        }).Within(1e-6));
    }

    [Test]
    public void Long_rows_agree_with_the_formula_off_the_vector_width()
    {
        // 67 columns x 3 channels: several vectors and a rest.
        var image = new Image(67, 2, 3, [.. Enumerable.Range(0, 67 * 2 * 3).Select(i => (byte)(i * 31))]);
        float[] output = Render(image, new SamplePlan(67, 1, 0, 0, 1, 2));
        for (int x = 0; x < 67; x++)
            Assert.That(output[67 + x] * 255, Is.EqualTo((image[0, x, 1] + image[1, x, 1]) / 2.0).Within(1e-3), $"column {x}");
    }

    [Test]
    public void Random_plans_stay_in_their_ranges_and_reach_both_ends()
    {
        var options = new AugmentationOptions
        {
            Size = (200, 100), Crop = (64, 48), MinimumScale = 0.25, MaximumScale = 2, HorizontalFlip = true, VerticalFlip = true, Brightness = 0.2, Contrast = 0.5,
        };
        var transform = new SampleTransform(options, Normalization.Unit);
        SamplePlan[] plans = [.. Enumerable.Range(0, 2000).Select(i => transform.Plan(400, 400, SeededRandom.For(1, 2, i)))];
        Assert.Multiple(() =>
        {
            Assert.That(plans.Select(plan => (plan.Width, plan.Height)), Is.All.EqualTo((64, 48)));
            // 400 columns on 200: two source pixels a column at scale 1; four source rows a row.
            Assert.That(plans.Select(plan => plan.StepX), Is.All.InRange(1.0, 8.0));
            Assert.That(plans.Select(plan => plan.StepY / plan.StepX), Is.All.EqualTo(2).Within(1e-9));
            Assert.That((plans.Min(plan => plan.StepX), plans.Max(plan => plan.StepX)), Is.EqualTo((1.0, 8.0)).Using<(double A, double B)>(
                (x, y) => Math.Abs(x.A - y.A) < 0.05 && Math.Abs(x.B - y.B) < 0.1));
            Assert.That(plans.Count(plan => plan.FlipX), Is.InRange(900, 1100));
            Assert.That(plans.Count(plan => plan.FlipX && plan.FlipY), Is.InRange(420, 580), "the two flips are independent");
            Assert.That(plans.Select(plan => plan.Brightness), Is.All.InRange(-0.2f, 0.2f));
            Assert.That(plans.Select(plan => plan.Contrast), Is.All.InRange(0.5f, 1.5f));
            Assert.That(plans.Min(plan => plan.Contrast), Is.LessThan(0.52f));
        });
        foreach (SamplePlan plan in plans)
        {
            // The window lies in the image, or the image in the window.
            double right = plan.X + (plan.Width * plan.StepX), slack = plan.StepX / 2;
            Assert.That((plan.X >= -slack && right <= 400 + slack) || (plan.X <= slack && right >= 400 - slack), plan.ToString());
        }
    }

    [Test]
    public void Evaluation_keeps_the_size_and_leaves_nothing_to_chance()
    {
        AugmentationOptions options = new AugmentationOptions { Size = (20, 10), Crop = (5, 5), HorizontalFlip = true, Contrast = 0.1 }.ForEvaluation();
        var transform = new SampleTransform(options, Normalization.Unit);
        Assert.That(transform.Plan(40, 40, SeededRandom.For(1)), Is.EqualTo(new SamplePlan(20, 10, 0, 0, 2, 4)));
        Assert.That(transform.OutputSize(40, 40), Is.EqualTo((20, 10)));
    }

    [Test]
    public void Impossible_options_are_refused()
    {
        foreach (AugmentationOptions options in new AugmentationOptions[]
        {
            new() { Size = (0, 5) }, new() { Crop = (5, -1) }, new() { MinimumScale = 0 }, new() { MinimumScale = 2 },
            new() { MaximumScale = double.NaN }, new() { Brightness = -0.1 }, new() { Contrast = 1.5 },
        })
            Assert.That(() => new SampleTransform(options, Normalization.Unit), Throws.ArgumentException, options.ToString());
    }

    private static SamplePlan WholeImage(int width, int height) => new(width, height, 0, 0, (double)SourceWidth / width, (double)SourceHeight / height);

    private static float[] Render(Image image, SamplePlan plan)
    {
        float[] output = new float[3 * plan.Width * plan.Height];
        new SampleRenderer().RenderImage(image, plan, Normalization.Unit, output);
        return output;
    }

    private static Image SourceImage()
    {
        var image = new Image(SourceWidth, SourceHeight, 3);
        for (int y = 0; y < SourceHeight; y++)
        {
            for (int x = 0; x < SourceWidth; x++)
            {
                for (int channel = 0; channel < 3; channel++)
                    image[y, x, channel] = (byte)((37 * y) + (11 * x * x));
            }
        }
        return image;
    }
}

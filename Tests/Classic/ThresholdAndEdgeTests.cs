using SegFromScratch.Training.Classic;
using SegFromScratch.Training.Images;

namespace SegFromScratch.Tests.Classic;

public sealed class ThresholdAndEdgeTests
{
    [Test]
    public void Brightness_is_the_weighted_sum_of_the_colours()
    {
        GrayImage gray = GrayImage.Of(new Image(3, 1, 3, [255, 0, 0, 0, 255, 0, 0, 0, 255]));
        Assert.That(gray.ToImage().Pixels, Is.EqualTo(new byte[] { 76, 150, 29 }));
    }

    [Test]
    public void Otsu_divides_two_brightnesses()
    {
        GrayImage image = new(3, 2, [10, 200, 10, 20, 200, 20]);
        Assert.That(OtsuThreshold.Find(image), Is.EqualTo(20));
        Assert.That(OtsuThreshold.Apply(image).Values, Is.EqualTo(new float[] { 0, 255, 0, 0, 255, 0 }));
        Assert.That(OtsuThreshold.Find(new GrayImage(2, 1, [7, 7])), Is.Zero);
    }

    [Test]
    public void Otsu_has_the_least_variance_within_the_two_parts()
    {
        var random = new Random(3);
        for (int round = 0; round < 20; round++)
        {
            GrayImage image = new(30, 10, [.. Enumerable.Range(0, 300).Select(i => (float)(i % 3 == 0 ? random.Next(0, 120) : random.Next(80, 256)))]);
            double[] within = [.. Enumerable.Range(0, 255).Select(t => Scatter(image.Values.Where(v => v <= t)) + Scatter(image.Values.Where(v => v > t)))];
            Assert.That(within[OtsuThreshold.Find(image)], Is.EqualTo(within.Min()).Within(1e-6));
        }
    }

    [Test]
    public void Sobel_gives_eight_times_the_slope_of_a_ramp()
    {
        GrayImage ramp = Made(5, 4, (y, x) => (3 * x) + (2 * y));
        (float[] right, float[] down) = SobelEdges.Gradient(ramp);
        Assert.That((right[7], down[7]), Is.EqualTo((24f, 16f)));

        // At a corner the repeated border halves the step.
        Assert.That((right[0], down[0]), Is.EqualTo((12f, 8f)));
        Assert.That(SobelEdges.Apply(ramp).Values[7], Is.EqualTo(255f));
        Assert.That(SobelEdges.Apply(Made(3, 3, (_, _) => 9)).Values, Is.All.Zero);
    }

    [Test]
    public void Sobel_points_towards_the_bright_side_of_a_corner()
    {
        (float[] right, float[] down) = SobelEdges.Gradient(new GrayImage(3, 3, [0, 0, 0, 0, 0, 0, 0, 0, 8]));
        Assert.That((right[4], down[4]), Is.EqualTo((8f, 8f)));
        (right, down) = SobelEdges.Gradient(new GrayImage(3, 3, [0, 0, 8, 0, 0, 0, 0, 0, 0]));
        Assert.That((right[4], down[4]), Is.EqualTo((8f, -8f)));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Canny_marks_a_step_by_a_line_one_pixel_wide(bool horizontal)
    {
        GrayImage edges = CannyEdges.Apply(Made(20, 20, (y, x) => (horizontal ? y : x) < 10 ? 50 : 200), new CannyOptions());
        for (int along = 0; along < 20; along++)
        {
            int[] marked = [.. Enumerable.Range(0, 20).Where(across => (horizontal ? edges[across, along] : edges[along, across]) == 255)];
            Assert.That(marked, Is.EqualTo(new[] { 9 }).Or.EqualTo(new[] { 10 }), $"line {along}");
        }
    }

    [Test]
    public void Canny_follows_a_disc_all_around()
    {
        GrayImage edges = CannyEdges.Apply(Made(41, 41, (y, x) => Distance(y, x) < 12 ? 220 : 30), new CannyOptions());
        (int Y, int X)[] marked = [.. Enumerable.Range(0, 41 * 41).Select(i => (i / 41, i % 41)).Where(p => edges[p.Item1, p.Item2] > 0)];
        Assert.That(marked.Select(p => Distance(p.Y, p.X)), Is.All.InRange(10.0, 14.0));
        for (int angle = 0; angle < 360; angle += 5)
        {
            double y = 20 + (12 * Math.Sin(angle * Math.PI / 180)), x = 20 + (12 * Math.Cos(angle * Math.PI / 180));
            Assert.That(marked.Min(p => Math.Sqrt(((p.Y - y) * (p.Y - y)) + ((p.X - x) * (p.X - x)))), Is.LessThan(2), $"{angle} degrees");
        }
    }

    [Test]
    public void Canny_keeps_a_weak_edge_only_where_it_meets_a_strong_one()
    {
        // A step of 40 beside one of 200 apart from it, and one whose height falls from 200 to 40.
        GrayImage apart = CannyEdges.Apply(Made(60, 20, (_, x) => x < 15 ? 0 : x < 45 ? 40 : 240), new CannyOptions());
        Assert.That(Enumerable.Range(0, 30).Select(x => apart[10, x]), Is.All.Zero);
        Assert.That(Enumerable.Range(30, 30).Count(x => apart[10, x] > 0), Is.EqualTo(1));
        GrayImage falling = CannyEdges.Apply(Made(20, 60, (y, x) => x < 10 ? 0 : 200 - (160f * y / 59)), new CannyOptions());
        Assert.That(Enumerable.Range(0, 20).Any(x => falling[57, x] > 0), Is.True);
    }

    [Test]
    public void Canny_finds_nothing_in_an_even_picture() =>
        Assert.That(CannyEdges.Apply(Made(9, 9, (_, _) => 100), new CannyOptions()).Values, Is.All.Zero);

    private static double Distance(double y, double x) => Math.Sqrt(((y - 20) * (y - 20)) + ((x - 20) * (x - 20)));

    private static double Scatter(IEnumerable<float> values)
    {
        float[] all = [.. values];
        double mean = all.Length == 0 ? 0 : all.Average(v => (double)v);
        return all.Sum(v => (v - mean) * (v - mean));
    }

    private static GrayImage Made(int width, int height, Func<int, int, float> value) =>
        new(width, height, [.. Enumerable.Range(0, width * height).Select(i => value(i / width, i % width))]);

    [TestCase(0.5)]
    [TestCase(1.4)]
    public void Smoothing_is_the_Gaussian_of_its_deviation(double sigma)
    {
        const int Size = 31, Middle = 15;
        var point = new GrayImage(Size, Size, new float[Size * Size]);
        point.Values[(Middle * Size) + Middle] = 1;
        GrayImage smooth = CannyEdges.Smooth(point, sigma);
        Assert.Multiple(() =>
        {
            Assert.That(smooth.Values.Sum(), Is.EqualTo(1).Within(1e-5));
            Assert.That(smooth[Middle, Middle + 1] / smooth[Middle, Middle], Is.EqualTo(Math.Exp(-1 / (2 * sigma * sigma))).Within(1e-5));
            Assert.That(smooth[Middle - 1, Middle + 1] / smooth[Middle, Middle], Is.EqualTo(Math.Exp(-2 / (2 * sigma * sigma))).Within(1e-5));
        });
    }
}

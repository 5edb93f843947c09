using SegFromScratch.Apps.Seg;
using SegFromScratch.Apps.Seg.Console;
using SegFromScratch.Training.Classic;
using SegFromScratch.Training.Images;

namespace SegFromScratch.Tests.Classic;

public sealed class RegionTests
{
    private static readonly Func<GrayImage, double, Regions>[] _methods = [RegionGrowing.Apply, SplitAndMerge.Apply];

    [Test]
    public void Noisy_halves_become_two_regions([ValueSource(nameof(_methods))] Func<GrayImage, double, Regions> method)
    {
        var random = new Random(1);
        GrayImage image = new(15, 9, [.. Enumerable.Range(0, 135).Select(i => (i % 15 < 6 ? 60f : 160f) + random.Next(-5, 6))]);
        Regions regions = method(image, 20);
        Assert.That(regions.Count, Is.EqualTo(2));
        Assert.That(regions.Labels, Is.EqualTo(Enumerable.Range(0, 135).Select(i => i % 15 < 6 ? 0 : 1)));
    }

    [Test]
    public void Regions_do_not_meet_at_corners([ValueSource(nameof(_methods))] Func<GrayImage, double, Regions> method) =>
        Assert.That(method(new GrayImage(2, 2, [0, 9, 9, 0]), 0).Labels, Is.EqualTo([0, 1, 2, 3]));

    [Test]
    public void Without_tolerance_every_brightness_stands_alone([ValueSource(nameof(_methods))] Func<GrayImage, double, Regions> method) =>
        Assert.That(method(new GrayImage(3, 2, [1, 2, 3, 1, 2, 3]), 0).Labels, Is.EqualTo([0, 1, 2, 0, 1, 2]));

    [Test]
    public void Growing_follows_its_mean()
    {
        // 0, then 10 (mean 5), then 16 is 11 from the mean and stays out, though it is 6 from its neighbour.
        Assert.That(RegionGrowing.Apply(new GrayImage(3, 1, [0, 10, 16]), 10).Labels, Is.EqualTo([0, 0, 1]));
        Assert.That(RegionGrowing.Apply(new GrayImage(3, 1, [0, 10, 15]), 10).Labels, Is.EqualTo([0, 0, 0]));
    }

    [Test]
    public void Merging_goes_by_the_range()
    {
        Assert.That(SplitAndMerge.Apply(new GrayImage(3, 1, [0, 10, 15]), 14).Labels, Is.EqualTo([0, 0, 1]));
        Assert.That(SplitAndMerge.Apply(new GrayImage(3, 1, [0, 10, 15]), 15).Labels, Is.EqualTo([0, 0, 0]));
    }

    [Test]
    public void Split_and_merge_leaves_even_connected_regions_that_cannot_be_merged()
    {
        var random = new Random(2);
        GrayImage image = new(23, 17, [.. Enumerable.Range(0, 23 * 17).Select(i => (float)(random.Next(0, 30) + (i % 23 * 4)))]);
        Regions regions = SplitAndMerge.Apply(image, 25);
        (float Least, float Greatest)[] ranges = [.. Enumerable.Range(0, regions.Count).Select(region =>
        {
            float[] values = [.. image.Values.Where((_, place) => regions.Labels[place] == region)];
            return (values.Min(), values.Max());
        })];
        Assert.That(ranges.Select(range => range.Greatest - range.Least), Is.All.LessThanOrEqualTo(25));
        foreach ((int a, int b) in Pairs(image).Select(pair => (regions.Labels[pair.A], regions.Labels[pair.B])).Where(pair => pair.Item1 != pair.Item2))
            Assert.That(Math.Max(ranges[a].Greatest, ranges[b].Greatest) - Math.Min(ranges[a].Least, ranges[b].Least), Is.GreaterThan(25));
        Assert.That(Parts(regions, image), Is.EqualTo(regions.Count));
    }

    [Test]
    public void Regions_are_painted_in_their_mean_colours()
    {
        Image painted = new Regions(3, 1, [0, 0, 1], 2).Paint(new Image(3, 1, 3, [10, 0, 255, 20, 1, 255, 7, 8, 9]));
        Assert.That(painted.Pixels, Is.EqualTo(new byte[] { 15, 1, 255, 15, 1, 255, 7, 8, 9 }));
    }

    [TestCase("otsu")]
    [TestCase("sobel")]
    [TestCase("canny")]
    [TestCase("region-growing", "--tolerance", "5")]
    [TestCase("split-merge", "--tolerance", "5")]
    public void The_command_writes_a_picture_of_the_same_size(string method, params string[] options)
    {
        using var folder = new TemporaryFolder();
        folder.WriteImage("in.png", 13, 7);
        string output = folder.File("out.png");
        Assert.That(CommandRunner.Run(SegCommand.Create(), ["classic", method, folder.File("in.png"), "--output", output, .. options]), Is.Zero);
        Assert.That(ImageFile.ReadSize(output), Is.EqualTo((13, 7)));
    }

    // The number of connected parts, by joining neighbours of one label until nothing changes.
    private static int Parts(Regions regions, GrayImage image)
    {
        int[] part = [.. Enumerable.Range(0, regions.Labels.Length)];
        for (bool changed = true; changed;)
        {
            changed = false;
            foreach ((int a, int b) in Pairs(image).Where(pair => regions.Labels[pair.A] == regions.Labels[pair.B] && part[pair.A] != part[pair.B]))
            {
                part[a] = part[b] = Math.Min(part[a], part[b]);
                changed = true;
            }
        }

        return part.Distinct().Count();
    }

    private static IEnumerable<(int A, int B)> Pairs(GrayImage image) => Enumerable.Range(0, image.Values.Length).SelectMany(place => new[]
    {
        (place, place % image.Width < image.Width - 1 ? place + 1 : place),
        (place, place + image.Width < image.Values.Length ? place + image.Width : place),
    });
}

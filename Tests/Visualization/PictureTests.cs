using SegFromScratch.Training.Images;
using SegFromScratch.Training.Visualization;

namespace SegFromScratch.Tests.Visualization;

public sealed class PictureTests
{
    [Test]
    public void Generated_colours_are_far_from_each_other_and_from_grey()
    {
        IReadOnlyList<(byte R, byte G, byte B)> palette = ClassPalette.Generate(20);
        Assert.That(palette, Has.Count.EqualTo(20));
        Assert.That(ClassPalette.Generate(5), Is.EqualTo(palette.Take(5)), "fewer classes have the same colours");
        for (int i = 0; i < palette.Count; i++)
        {
            // The first eight lie at least half a channel apart, all twenty a quarter; 95 levels keep them off black, grey and white.
            foreach ((byte R, byte G, byte B) earlier in palette.Take(i))
                Assert.That(Distance(palette[i], earlier), Is.GreaterThanOrEqualTo(i < 8 ? 127 : 64), $"{palette[i]} and {earlier}");
            foreach ((byte R, byte G, byte B) plain in new (byte, byte, byte)[] { (0, 0, 0), (128, 128, 128), (255, 255, 255) })
                Assert.That(Distance(palette[i], plain), Is.GreaterThanOrEqualTo(95), $"{palette[i]} and {plain}");
        }

        Assert.That(ClassPalette.Generate(256).Distinct().Count(), Is.EqualTo(256));
    }

    private static int Distance((byte R, byte G, byte B) one, (byte R, byte G, byte B) other) =>
        Math.Abs(one.R - other.R) + Math.Abs(one.G - other.G) + Math.Abs(one.B - other.B);

    [Test]
    public void Given_colours_are_kept_and_completed()
    {
        IReadOnlyList<(byte R, byte G, byte B)> first = ClassPalette.Generate(1);
        IReadOnlyList<(byte R, byte G, byte B)> completed = ClassPalette.Complete([first[0], (1, 2, 3)], 3);
        Assert.That(completed.Take(2), Is.EqualTo([first[0], (1, 2, 3)]));
        Assert.That(completed, Has.Count.EqualTo(3));
        Assert.That(completed[2], Is.Not.EqualTo(first[0]));
        Assert.That(ClassPalette.Complete([(1, 1, 1), (2, 2, 2)], 1), Has.Count.EqualTo(2));
    }

    [Test]
    public void Nearest_takes_the_pixel_under_the_centre()
    {
        IndexMask four = new(4, 1, [1, 2, 3, 4]);
        Assert.That(PictureForms.ResizeNearest(four, 2, 1).Labels, Is.EqualTo(new byte[] { 2, 4 }));
        Assert.That(PictureForms.ResizeNearest(four, 8, 1).Labels, Is.EqualTo(new byte[] { 1, 1, 2, 2, 3, 3, 4, 4 }));
        Assert.That(PictureForms.ResizeNearest(four, 3, 2).Labels, Is.EqualTo(new byte[] { 1, 3, 4, 1, 3, 4 }));
        Image image = new(1, 2, 3, [1, 2, 3, 4, 5, 6]);
        Assert.That(PictureForms.ResizeNearest(image, 2, 2).Pixels, Is.EqualTo(new byte[] { 1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6 }));
    }

    [Test]
    public void A_mask_becomes_its_colours()
    {
        Image colours = PictureForms.Colorize(new IndexMask(3, 1, [1, 0, 255]), [(1, 2, 3), (4, 5, 6)], ignoreIndex: 255);
        Assert.That(colours.Pixels, Is.EqualTo(new byte[] { 4, 5, 6, 1, 2, 3, 0, 0, 0 }));
    }

    [Test]
    public void Panels_stand_side_by_side_with_white_between()
    {
        Image composed = Triptych.Compose(new Image(1, 2, 1, [10, 20]), new Image(1, 2, 3, [1, 2, 3, 4, 5, 6]), new Image(1, 2, 1, [30, 40]));
        Assert.That((composed.Width, composed.Height), Is.EqualTo((7, 2)));
        Assert.That(composed.Pixels, Is.EqualTo(new byte[]
        {
            10, 10, 10, 255, 255, 255, 255, 255, 255, 1, 2, 3, 255, 255, 255, 255, 255, 255, 30, 30, 30,
            20, 20, 20, 255, 255, 255, 255, 255, 255, 4, 5, 6, 255, 255, 255, 255, 255, 255, 40, 40, 40,
        }));
        Assert.Throws<ArgumentException>(() => Triptych.Compose());
        Assert.Throws<ArgumentException>(() => Triptych.Compose(new Image(1, 2, 1), new Image(1, 3, 1)));
    }

    [Test]
    public void A_legend_shows_swatches_and_names_in_rows()
    {
        Image panel = new(60, 10, 3);
        Image one = Triptych.ComposeWithLegend([panel], ["l"], [(200, 0, 0)]);
        Assert.That((one.Width, one.Height), Is.EqualTo((60, 10 + 4 + 11)));
        Assert.That((one[14, 4, 0], one[14, 4, 1]), Is.EqualTo(((byte)200, (byte)0)), "the swatch's corner");

        // The letter L begins behind swatch and padding: its stem is ink, the place right of the stem is not, its foot is.
        Assert.That(one[14, 15, 0], Is.EqualTo(230));
        Assert.That(one[14, 16, 0], Is.EqualTo(32));
        Assert.That(one[20, 19, 0], Is.EqualTo(230));

        // Two entries of 5 letters do not fit into 60 pixels.
        Image two = Triptych.ComposeWithLegend([panel], ["class", "other"], [(1, 1, 1), (2, 2, 2)]);
        Assert.That(two.Height, Is.EqualTo(10 + 4 + 22));
        Assert.Throws<ArgumentException>(() => Triptych.ComposeWithLegend([panel], ["a", "b"], [(1, 1, 1)]));
        Assert.DoesNotThrow(() => Triptych.ComposeWithLegend([new Image(3, 1, 1)], ["a name longer than the picture"], [(1, 1, 1)]));
    }

    // Wide strips stand one under the other, high ones side by side.
    [TestCase(60, 8, 1, 3)]
    [TestCase(8, 60, 3, 1)]
    [TestCase(30, 30, 3, 1)]
    [TestCase(20, 40, 3, 1)]
    [TestCase(60, 30, 2, 2)]
    public void Panels_are_a_grid_of_a_page_s_shape_each_under_its_label(int width, int height, int columns, int rows)
    {
        const int label = 15, gap = 4;
        (string Label, Image Picture)[] panels = [.. Enumerable.Range(0, 3).Select(i => ($"{i}", Grey(width, height, (byte)(100 + i))))];
        Image sheet = LabelledPanels.Compose(panels);
        Assert.That((sheet.Width, sheet.Height), Is.EqualTo(((columns * (width + gap)) - gap, (rows * (label + height + gap)) - gap)));
        for (int i = 0; i < panels.Length; i++)
        {
            int left = i % columns * (width + gap), top = (i / columns * (label + height + gap)) + label;
            Assert.That(Red(left, top), Is.EqualTo(100 + i));
            Assert.That(Red(left + width - 1, top + height - 1), Is.EqualTo(100 + i));
            Assert.That(Red(left, top - 1), Is.EqualTo(32), "the ground above it");
        }

        Assert.That(() => LabelledPanels.Compose([]), Throws.ArgumentException);
        Assert.That(() => LabelledPanels.Compose([("a", new Image(1, 2, 3)), ("b", new Image(2, 1, 3))]), Throws.ArgumentException);
        Assert.That(() => LabelledPanels.Compose([("a label longer than its picture", new Image(3, 2, 3))]), Throws.Nothing);

        int Red(int x, int y) => sheet.Pixels[3 * ((y * sheet.Width) + x)];
    }

    private static Image Grey(int width, int height, byte value)
    {
        var image = new Image(width, height, 1);
        image.Pixels.AsSpan().Fill(value);
        return image;
    }
}

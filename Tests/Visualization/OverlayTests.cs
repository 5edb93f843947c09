using SegFromScratch.Training.Images;
using SegFromScratch.Training.Visualization;

namespace SegFromScratch.Tests.Visualization;

public sealed class OverlayTests
{
    private static readonly (byte R, byte G, byte B)[] _palette = [(0, 0, 0), (200, 100, 0)];

    [Test]
    public void A_class_map_is_mixed_in_and_ignored_pixels_stay()
    {
        Image grey = new(3, 1, 1, [100, 100, 100]);
        Image blended = Overlay.Blend(grey, new IndexMask(3, 1, [0, 1, 255]), _palette, opacity: 0.5, ignoreIndex: 255);
        Assert.That(blended.Channels, Is.EqualTo(3));
        Assert.That(blended.Pixels, Is.EqualTo(new byte[] { 50, 50, 50, 150, 100, 50, 100, 100, 100 }));
        Assert.That(grey.Pixels, Is.EqualTo(new byte[] { 100, 100, 100 }));
    }

    [Test]
    public void A_black_class_shows_the_picture_where_foreground_is_painted()
    {
        Image blended = Overlay.BlendForeground(new(4, 1, 1, [100, 100, 100, 100]), new IndexMask(4, 1, [0, 1, 2, 255]), [.. _palette, (0, 0, 0)], ignoreIndex: 255);
        Assert.That(blended.Pixels, Is.EqualTo(new byte[] { 100, 100, 100, 150, 100, 50, 100, 100, 100, 100, 100, 100 }));
    }

    [TestCase(0, new byte[] { 10, 20, 255 })]
    [TestCase(1, new byte[] { 200, 100, 0 })]
    [TestCase(0.25, new byte[] { 58, 40, 191 })]
    public void The_opacity_goes_from_image_to_colour(double opacity, byte[] expected)
    {
        Image transparent = new(1, 1, 4, [10, 20, 255, 7]);
        Assert.That(Overlay.Blend(transparent, new IndexMask(1, 1, [1]), _palette, opacity).Pixels, Is.EqualTo(expected));
    }

    [Test]
    public void Wrong_arguments_are_named()
    {
        Image image = new(2, 2, 3);
        Assert.That(Assert.Throws<ArgumentException>(() => Overlay.Blend(image, new IndexMask(2, 2, [0, 1, 0, 9]), _palette))!.Message,
            Does.Contain("Class 9 at column 1, row 1 has no colour: the palette has 2."));
        Assert.That(Assert.Throws<ArgumentException>(() => Overlay.Blend(image, new IndexMask(2, 1, [0, 0]), _palette))!.Message,
            Does.Contain("A mask of 2x1 does not fit an image of 2x2."));
        Assert.Throws<ArgumentOutOfRangeException>(() => Overlay.Blend(image, new IndexMask(2, 2, new byte[4]), _palette, double.NaN));
        Assert.Throws<ArgumentException>(() => Overlay.BlendLayers(image, new byte[4], 2, _palette));
        Assert.Throws<ArgumentException>(() => Overlay.BlendLayers(image, new byte[12], 3, _palette));
    }

    [Test]
    public void Layers_have_full_outlines_and_light_insides()
    {
        // A 3x3 square in a 5x5 image: its middle is inside, the ring around it is outline.
        byte[] square = new byte[25];
        for (int y = 1; y <= 3; y++)
            for (int x = 1; x <= 3; x++)
                square[(y * 5) + x] = 1;
        Image blended = Overlay.BlendLayers(new Image(5, 5, 1), square, 1, [(200, 0, 0)], opacity: 0.25);
        byte[] red = [.. Enumerable.Range(0, 25).Select(pixel => blended.Pixels[pixel * 3])];
        Assert.That(red, Is.EqualTo(new byte[]
        {
            0, 0, 0, 0, 0,
            0, 200, 200, 200, 0,
            0, 200, 50, 200, 0,
            0, 200, 200, 200, 0,
            0, 0, 0, 0, 0,
        }));
    }

    [Test]
    public void A_layer_over_the_whole_image_has_no_outline_and_later_layers_lie_above()
    {
        byte[] layers = [1, 1, 1, 0];
        Image blended = Overlay.BlendLayers(new Image(2, 1, 1), layers, 2, [(100, 0, 0), (0, 100, 0)], opacity: 0.5);
        Assert.That(blended.Pixels, Is.EqualTo(new byte[] { 0, 100, 0, 50, 0, 0 }));
    }
}

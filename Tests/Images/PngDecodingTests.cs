using SegFromScratch.Training.Images;

namespace SegFromScratch.Tests.Images;

/// <summary>Every colour type, depth and interlacing of PNG against pixels that the test computes itself.</summary>
public class PngDecodingTests
{
    private static readonly (int Width, int Height)[] Sizes = [(1, 1), (3, 2), (5, 7), (9, 8), (19, 11), (67, 6)];

    private static readonly (int ColourType, int Depth)[] Kinds =
        [(0, 1), (0, 2), (0, 4), (0, 8), (0, 16), (2, 8), (2, 16), (4, 8), (4, 16), (6, 8), (6, 16)];

    [Test]
    public void Every_kind_gives_the_pixels_that_were_put_in([ValueSource(nameof(Kinds))] (int ColourType, int Depth) kind, [Values] bool interlaced)
    {
        (int colourType, int depth) = kind;
        foreach ((int width, int height) in Sizes)
        {
            int channels = TestPng.Channels(colourType);
            int[] samples = RandomSamples(width * height * channels, 1 << depth);
            Image image = ImageFile.Read(TestPng.Encode(width, height, depth, colourType, interlaced, samples), "test.png");

            int[] scaled = [.. samples.Select(sample => (int)Math.Round(sample * 255.0 / ((1 << depth) - 1)))];
            int[] expected = colourType == 4
                ? [.. scaled.Chunk(2).SelectMany(pixel => new[] { pixel[0], pixel[0], pixel[0], pixel[1] })]
                : scaled;
            Assert.That((image.Width, image.Height, image.Channels), Is.EqualTo((width, height, colourType == 4 ? 4 : channels)));
            Assert.That(image.Pixels, Is.EqualTo(expected.Select(value => (byte)value)), $"{width}x{height}");
        }
    }

    [Test]
    public void Palettes_are_expanded_with_or_without_transparency([Values(1, 2, 4, 8)] int depth, [Values] bool interlaced, [Values] bool transparency)
    {
        (int width, int height) = (13, 9);
        int colours = 1 << depth;
        byte[] palette = [.. RandomSamples(colours * 3, 256).Select(value => (byte)value)];
        byte[] alpha = [.. RandomSamples(colours / 2, 256).Select(value => (byte)value)];
        int[] samples = RandomSamples(width * height, colours);
        (string, byte[])[] extra = transparency ? [("PLTE", palette), ("tRNS", alpha)] : [("PLTE", palette)];
        byte[] file = TestPng.Encode(width, height, depth, 3, interlaced, samples, extra);

        IEnumerable<byte> Colour(int index) =>
            transparency ? [.. palette.AsSpan(index * 3, 3), index < alpha.Length ? alpha[index] : (byte)255] : palette.Skip(index * 3).Take(3);
        Assert.That(ImageFile.Read(file, "test.png").Pixels, Is.EqualTo(samples.SelectMany(Colour)));
        Assert.That(ImageFile.ReadRgb(file, "test.png").Pixels, Is.EqualTo(samples.SelectMany(index => palette.Skip(index * 3).Take(3))));
        Assert.That(ImageFile.ReadMask(file, "test.png").Labels, Is.EqualTo(samples.Select(index => (byte)index)));
    }

    [TestCase(0, 1)]
    [TestCase(0, 4)]
    [TestCase(0, 8)]
    [TestCase(0, 16)]
    [TestCase(2, 8)]
    [TestCase(2, 16)]
    public void The_transparent_colour_is_compared_at_the_depth_of_the_file(int colourType, int depth)
    {
        // At 16 bits the second pixel differs from the transparent one in its lowest bit, and both scale to the same 8 bits.
        int channels = TestPng.Channels(colourType);
        int value = (1 << depth) - 1;
        int[] samples = [.. Enumerable.Repeat(value, channels), .. Enumerable.Repeat(value - 1, channels)];
        byte[] key = [.. Enumerable.Repeat(new[] { (byte)(value >> 8), (byte)value }, channels).SelectMany(bytes => bytes)];
        Image image = ImageFile.Read(TestPng.Encode(2, 1, depth, colourType, false, samples, ("tRNS", key)), "test.png");
        byte second = (byte)Math.Round((value - 1) * 255.0 / value);
        Assert.That(image.Pixels, Is.EqualTo(new byte[] { 255, 255, 255, 0, second, second, second, 255 }));
    }

    [Test]
    public void Masks_keep_grey_values_unscaled([Values(1, 2, 4, 8)] int depth, [Values] bool interlaced)
    {
        int[] samples = RandomSamples(11 * 6, 1 << depth);
        IndexMask mask = ImageFile.ReadMask(TestPng.Encode(11, 6, depth, 0, interlaced, samples), "test.png");
        Assert.That((mask.Width, mask.Height), Is.EqualTo((11, 6)));
        Assert.That(mask.Labels, Is.EqualTo(samples.Select(value => (byte)value)));
    }

    [Test]
    public void Masks_of_sixteen_bits_are_taken_if_all_values_fit()
    {
        Assert.That(ImageFile.ReadMask(TestPng.Encode(2, 1, 16, 0, false, [7, 255]), "m.png").Labels, Is.EqualTo(new byte[] { 7, 255 }));
        Assert.That(() => ImageFile.ReadMask(TestPng.Encode(2, 1, 16, 0, false, [7, 256]), "m.png"),
            Throws.TypeOf<ImageFormatException>().With.Message.Contains("m.png").And.Message.Contains("256"));
    }

    [Test]
    public void Masks_in_colour_are_taken_only_if_they_are_grey()
    {
        Assert.That(ImageFile.ReadMask(TestPng.Encode(2, 1, 8, 2, false, [1, 1, 1, 9, 9, 9]), "m.png").Labels, Is.EqualTo(new byte[] { 1, 9 }));
        Assert.That(ImageFile.ReadMask(TestPng.Encode(2, 1, 8, 6, false, [1, 1, 1, 0, 9, 9, 9, 255]), "m.png").Labels, Is.EqualTo(new byte[] { 1, 9 }));
        Assert.That(ImageFile.ReadMask(TestPng.Encode(2, 1, 8, 4, false, [1, 77, 9, 255]), "m.png").Labels, Is.EqualTo(new byte[] { 1, 9 }));
        Assert.That(() => ImageFile.ReadMask(TestPng.Encode(2, 1, 8, 2, false, [1, 1, 1, 9, 8, 9]), "m.png"),
            Throws.TypeOf<ImageFormatException>().With.Message.Contains("row 0, column 1").And.Message.Contains("(9, 8, 9)"));
    }

    [Test]
    public void Masks_may_have_indices_beyond_the_palette_and_pictures_may_not()
    {
        byte[] file = TestPng.Encode(2, 1, 8, 3, false, [0, 255], ("PLTE", [1, 2, 3]));
        Assert.That(ImageFile.ReadMask(file, "m.png").Labels, Is.EqualTo(new byte[] { 0, 255 }));
        Assert.That(() => ImageFile.Read(file, "m.png"), Throws.TypeOf<ImageFormatException>().With.Message.Contains("palette index 255"));
    }

    [Test]
    public void Data_may_be_split_and_unknown_ancillary_chunks_are_passed_over()
    {
        byte[] compressed = TestPng.Deflate([0, 10, 20, 0, 30, 40]);
        byte[] file = TestPng.Assemble(
            ("IHDR", TestPng.Header(2, 2, 8, 0, false)), ("tEXt", [1, 2, 3]), ("IDAT", compressed[..3]), ("IDAT", []), ("IDAT", compressed[3..]), ("abCd", []), ("IEND", []));
        Assert.That(ImageFile.Read([.. file, 1, 2, 3], "test.png").Pixels, Is.EqualTo(new byte[] { 10, 20, 30, 40 }));
    }

    internal static int[] RandomSamples(int count, int below)
    {
        Random random = new(count + below);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(below))];
    }
}

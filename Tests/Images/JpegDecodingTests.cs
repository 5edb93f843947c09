using SegFromScratch.Training.Images;

namespace SegFromScratch.Tests.Images;

/// <summary>JPEG decoding against what the test put in, with no other decoder at hand.</summary>
public class JpegDecodingTests
{
    [Test]
    public void Grey_samples_come_back_within_the_quantisation_error([Values(1, 7, 8, 17, 40)] int width, [Values(1, 9, 16, 33)] int height)
    {
        TestJpeg encoder = new() { Width = width, Height = height, Step = 1 };
        Image image = ImageFile.Read(encoder.Encode(), "test.jpg");
        Assert.That((image.Width, image.Height, image.Channels), Is.EqualTo((width, height, 1)));
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                Assert.That((int)image[y, x, 0], Is.EqualTo(encoder.Sample(0, x + 0.5, y + 0.5)).Within(2.5), $"row {y}, column {x}");
        }
    }

    [Test]
    public void Every_sampling_factor_lays_its_samples_where_they_belong([Values(1, 2, 3, 4)] int h, [Values(1, 2, 3, 4)] int v, [Values] bool interleaved)
    {
        // The first component is sampled fully; its neighbours are constant, so RGB pixels show the first one alone.
        TestJpeg encoder = new()
        {
            Width = 45,
            Height = 37,
            Step = 1,
            AdobeTransform = 0,
            Sampling = [(4, 4), (h, v), (1, 2)],
            Interleaved = interleaved,
            RestartInterval = 2,
            Sample = (component, x, y) => component switch { 0 => 60 + (2 * x) + y, 1 => 200 - x - (2 * y), _ => 77 },
        };
        Image image = ImageFile.Read(encoder.Encode(), "test.jpg");
        double reach = (2 * Math.Max(0, (4.0 / v) - 1)) + Math.Max(0, (4.0 / h) - 1);
        for (int y = 0; y < 37; y++)
        {
            for (int x = 0; x < 45; x++)
            {
                Assert.That((int)image[y, x, 0], Is.EqualTo(60 + (2 * (x + 0.5)) + y + 0.5).Within(2.5), $"row {y}, column {x}");
                Assert.That((int)image[y, x, 1], Is.EqualTo(200 - (x + 0.5) - (2 * (y + 0.5))).Within(2.5 + reach), $"row {y}, column {x}");
                Assert.That((int)image[y, x, 2], Is.EqualTo(77).Within(1));
            }
        }
    }

    [Test]
    public void A_progressive_file_gives_the_pixels_of_the_sequential_one([Values(0, 1, 3)] int restartInterval, [Values] bool interleaved)
    {
        Image[] images = [.. new[] { false, true }.Select(progressive => ImageFile.Read(
            new TestJpeg { Width = 45, Height = 37, Sampling = [(2, 2), (1, 2), (2, 1)], Progressive = progressive, RestartInterval = restartInterval, Interleaved = interleaved }.Encode(),
            "test.jpg"))];
        Assert.That(images[1].Pixels, Is.EqualTo(images[0].Pixels));
        Assert.That(images[0].Pixels.Distinct().Count(), Is.GreaterThan(100));
    }

    [Test]
    public void Colours_follow_the_formula()
    {
        // Constant blocks with step 1: DC = 8 * (sample - 128) exactly, so the samples come back exactly.
        byte[] Decode(byte[] samples, int? adobe, byte[]? identifiers = null) => ImageFile.Read(
            new TestJpeg
            {
                Width = 1,
                Height = 1,
                Step = 1,
                AdobeTransform = adobe,
                Identifiers = identifiers ?? [1, 2, 3, 4],
                Sampling = [.. samples.Select(_ => (1, 1))],
                Sample = (component, _, _) => samples[component],
            }.Encode(),
            "test.jpg").Pixels;

        byte[] fromYCbCr = [(byte)Math.Round(100 + (1.402 * 60)), (byte)Math.Round(100 - (0.344136 * -30) - (0.714136 * 60)), (byte)Math.Round(100 + (1.772 * -30))];
        Assert.That(Decode([100, 98, 188], null), Is.EqualTo(fromYCbCr));
        Assert.That(Decode([100, 98, 188], 1), Is.EqualTo(fromYCbCr));
        Assert.That(Decode([100, 98, 188], 0), Is.EqualTo(new byte[] { 100, 98, 188 }));
        Assert.That(Decode([100, 98, 188], null, "RGB"u8.ToArray()), Is.EqualTo(new byte[] { 100, 98, 188 }));
        Assert.That(Decode([255, 128, 128], null), Is.EqualTo(new byte[] { 255, 255, 255 }));
        byte[] inks = [100, 98, 188, 51];
        Assert.That(Decode(inks, 0), Is.EqualTo(inks[..3].Select(ink => (byte)Math.Round(ink * 51 / 255.0))));
        Assert.That(Decode(inks, 2), Is.EqualTo(fromYCbCr.Select(ink => (byte)Math.Round((255 - ink) * 51 / 255.0))));
    }

    [Test]
    public void Orientations_turn_the_picture_upright([Range(1, 8)] int orientation)
    {
        // Stored 16x8: brighter to the right, and much brighter in the lower half.
        TestJpeg encoder = new() { Width = 16, Height = 8, Step = 1, Orientation = orientation, Sample = (_, x, y) => (4 * x) + (y > 4 ? 120 : 0) };
        byte[] file = encoder.Encode();
        Image image = ImageFile.Read(file, "test.jpg");
        bool turned = orientation >= 5;
        Assert.That((image.Width, image.Height), Is.EqualTo(turned ? (8, 16) : (16, 8)));
        Assert.That(ImageFile.ReadSize(file, "test.jpg"), Is.EqualTo((image.Width, image.Height)));

        // Where the stored corners go, as EXIF words it: 1 is "row 0 at the visual top, column 0 at the visual left", and so on.
        (bool bottom, bool right) = orientation switch
        {
            1 or 5 => (false, false),
            2 => (false, true),
            3 or 7 => (true, true),
            4 => (true, false),
            6 => (false, true),
            _ => (true, false),
        };
        int row = bottom ? image.Height - 1 : 0;
        int column = right ? image.Width - 1 : 0;
        Assert.That((int)image[row, column, 0], Is.EqualTo(2).Within(4), "the stored top left corner");
        int along = turned ? image[image.Height - 1 - row, column, 0] : image[row, image.Width - 1 - column, 0];
        Assert.That(along, Is.EqualTo(62).Within(4), "the stored top right corner");
    }

    [TestCaseSource(nameof(Fixtures))]
    public void Files_of_another_encoder_decode_as_its_own_decoder_does(string name, string file, string pixels)
    {
        Image image = ImageFile.Read(Convert.FromBase64String(file), name);
        byte[] expected = Convert.FromBase64String(pixels);
        Assert.That(image.Pixels, Has.Length.EqualTo(expected.Length));
        int worst = image.Pixels.Zip(expected, (actual, wanted) => Math.Abs(actual - wanted)).Max();
        Assert.That(worst, Is.Zero);
    }

    private static IEnumerable<TestCaseData> Fixtures() =>
        JpegFixtures.All.Select(fixture => new TestCaseData(fixture.Name, fixture.File, fixture.Pixels).SetArgDisplayNames(fixture.Name));
}

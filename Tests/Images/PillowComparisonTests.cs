using SegFromScratch.Training.Images;

namespace SegFromScratch.Tests.Images;

/// <summary>Files of many kinds, written by Pillow and by the tests' encoder, read here and by Pillow.</summary>
public class PillowComparisonTests
{
    private const string WriteScript = """
        import sys
        import numpy
        from PIL import Image
        folder = sys.argv[1]
        random = numpy.random.RandomState(7)
        for width, height in ((1, 1), (2, 3), (5, 4), (16, 16), (17, 33), (64, 50), (131, 77)):
            y, x = numpy.mgrid[0:height, 0:width]
            waves = [128 + 120 * numpy.sin(x / (3.0 + c) + y / (9.0 - c) + c) for c in range(4)]
            pixels = (numpy.stack(waves, -1) + random.normal(0, 12, (height, width, 4))).clip(0, 255).astype('uint8')
            rgb, grey, cmyk = Image.fromarray(pixels[..., :3].copy()), Image.fromarray(pixels[..., 0].copy()), Image.fromarray(pixels, 'CMYK')
            for quality in (25, 75, 95, 100):
                for progressive in (False, True):
                    name = f'{folder}/{width}x{height}-{quality}-{progressive}'
                    for subsampling in (0, 1, 2):
                        rgb.save(f'{name}-{subsampling}.jpg', quality=quality, progressive=progressive, subsampling=subsampling, optimize=quality == 95)
                    grey.save(f'{name}-grey.jpg', quality=quality, progressive=progressive)
                    cmyk.save(f'{name}-cmyk.jpg', quality=quality, progressive=progressive)
            for orientation in range(1, 9):
                exif = Image.Exif()
                exif[0x0112] = orientation
                rgb.save(f'{folder}/{width}x{height}-exif{orientation}.jpg', exif=exif)
            name = f'{folder}/{width}x{height}'
            rgb.save(name + '-rgb.png')
            grey.save(name + '-grey.png', optimize=True)
            Image.fromarray(pixels, 'RGBA').save(name + '-rgba.png')
            grey.convert('LA').save(name + '-grey-alpha.png')
            grey.convert('1').save(name + '-one-bit.png')
            palette = rgb.quantize(13)
            palette.save(name + '-palette.png')
            palette.save(name + '-palette-alpha.png', transparency=bytes(range(0, 130, 10)))
        """;

    private string folder = "";

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("pillow-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void Files_that_Pillow_writes()
    {
        Pillow.Run(WriteScript, folder);
        CompareAll(Directory.GetFiles(folder).Order(), greatest: 1);
    }

    [Test]
    public void Files_with_other_samplings_restarts_and_colours()
    {
        (int, int)[][] samplings =
        [
            [(1, 1), (1, 1), (1, 1)], [(2, 1), (1, 1), (1, 1)], [(1, 2), (1, 1), (1, 1)], [(2, 2), (1, 1), (1, 1)],
            [(4, 1), (1, 1), (1, 1)], [(4, 2), (1, 1), (1, 1)], [(2, 2), (2, 1), (1, 2)], [(1, 1), (2, 2), (1, 1)], [(1, 4), (1, 2), (1, 1)], [(4, 1), (2, 1), (1, 1)],
        ];
        List<string> files = [];
        foreach ((int H, int V)[] sampling in samplings)
        {
            foreach ((int width, int height) in new[] { (1, 1), (5, 3), (35, 50), (64, 32) })
            {
                foreach (bool interleaved in new[] { true, false })
                {
                    Add(new TestJpeg { Width = width, Height = height, Sampling = sampling, Interleaved = interleaved, RestartInterval = interleaved ? 0 : 3 });
                    Add(new TestJpeg { Width = width, Height = height, Sampling = sampling, Interleaved = interleaved, RestartInterval = 1, AdobeTransform = 0 });
                    Add(new TestJpeg { Width = width, Height = height, Sampling = sampling, Interleaved = interleaved, RestartInterval = 2, Progressive = true });
                }
            }
        }

        foreach (int? transform in new int?[] { null, 0, 2 })
            Add(new TestJpeg { Width = 40, Height = 24, Sampling = [(2, 2), (1, 1), (1, 1), (2, 2)], AdobeTransform = transform });
        CompareAll(files, greatest: 1);

        void Add(TestJpeg encoder)
        {
            string path = Path.Combine(folder, $"{files.Count}.jpg");
            File.WriteAllBytes(path, encoder.Encode());
            files.Add(path);
        }
    }

    [Test]
    public void Real_pictures()
    {
        string[] files = [.. SharedPictures.All().Where((_, index) => index % 40 == 0)];
        CompareAll(files, greatest: 2);
    }

    [Test]
    public void Pillow_reads_what_is_written_here()
    {
        string path = Path.Combine(folder, "written.png");
        Random random = new(3);
        foreach (int channels in new[] { 1, 3, 4 })
        {
            Image image = new(31, 17, channels);
            for (int i = 0; i < image.Pixels.Length; i++)
                image.Pixels[i] = (byte)((i / channels * 3) + random.Next(6));
            ImageFile.WritePng(path, image);
            Assert.That(Pillow.Decode(folder, [path])[0].Pixels, Is.EqualTo(image.Pixels));
        }

        ImageFile.WritePng(path, new IndexMask(3, 1, [0, 1, 1]), [(9, 8, 7), (4, 5, 6)]);
        Assert.That(Pillow.Decode(folder, [path])[0].Pixels, Is.EqualTo(new byte[] { 9, 8, 7, 4, 5, 6, 4, 5, 6 }));
    }

    private void CompareAll(IEnumerable<string> files, int greatest)
    {
        string[] paths = [.. files];
        IReadOnlyList<Image> expected = Pillow.Decode(folder, paths);
        int worst = 0;
        for (int i = 0; i < paths.Length; i++)
        {
            Image actual = ImageFile.Read(paths[i]);
            Assert.That((actual.Width, actual.Height, actual.Channels), Is.EqualTo((expected[i].Width, expected[i].Height, expected[i].Channels)), paths[i]);
            int difference = 0;
            long sum = 0;
            for (int k = 0; k < actual.Pixels.Length; k++)
            {
                int here = Math.Abs(actual.Pixels[k] - expected[i].Pixels[k]);
                difference = Math.Max(difference, here);
                sum += here;
            }

            Assert.That(difference, Is.LessThanOrEqualTo(greatest), paths[i]);
            Assert.That(sum / (double)actual.Pixels.Length, Is.LessThan(0.35), paths[i]);
            worst = Math.Max(worst, difference);
        }

        TestContext.Out.WriteLine($"{paths.Length} files, greatest difference {worst}");
    }
}

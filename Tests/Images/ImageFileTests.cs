using System.Text;
using SegFromScratch.Training.Images;

namespace SegFromScratch.Tests.Images;

/// <summary>Files on disk: what is written comes back, whole or not at all, and other formats are named.</summary>
public class ImageFileTests
{
    private string folder = "";

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("images-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void Pictures_come_back_as_they_were_written([Values(1, 3, 4)] int channels, [Values] bool smooth)
    {
        Image image = new(37, 23, channels);
        Random random = new(channels);
        for (int i = 0; i < image.Pixels.Length; i++)
            image.Pixels[i] = smooth ? (byte)((i / channels) + (i / 37)) : (byte)random.Next(256);
        string path = Path.Combine(folder, "picture.png");
        ImageFile.WritePng(path, image);
        Image back = ImageFile.Read(path);
        Assert.That((back.Width, back.Height, back.Channels), Is.EqualTo((37, 23, channels)));
        Assert.That(back.Pixels, Is.EqualTo(image.Pixels));
        Assert.That(ImageFile.ReadSize(path), Is.EqualTo((37, 23)));
        Assert.That(Directory.GetFiles(folder), Has.Length.EqualTo(1), "no temporary file stays");
    }

    [Test]
    public void Class_maps_come_back_as_they_were_written([Values] bool withPalette)
    {
        IndexMask mask = new(7, 5, [.. Enumerable.Range(0, 35).Select(i => (byte)(i % 20))]);
        (byte R, byte G, byte B)[] palette = [.. Enumerable.Range(0, 20).Select(i => ((byte)(i * 3), (byte)(255 - i), (byte)i))];
        string path = Path.Combine(folder, "mask.png");
        ImageFile.WritePng(path, mask, withPalette ? palette : null);
        Assert.That(ImageFile.ReadMask(path).Labels, Is.EqualTo(mask.Labels));
        Image shown = ImageFile.ReadRgb(path);
        byte[] expected = [.. mask.Labels.SelectMany(label => withPalette ? [palette[label].R, palette[label].G, palette[label].B] : new[] { label, label, label })];
        Assert.That(shown.Pixels, Is.EqualTo(expected));
    }

    [Test]
    public void A_palette_must_cover_the_mask()
    {
        string path = Path.Combine(folder, "mask.png");
        Assert.That(() => ImageFile.WritePng(path, new IndexMask(2, 1, [0, 1]), [(0, 0, 0)]), Throws.ArgumentException);
        Assert.That(File.Exists(path), Is.False);
    }

    [Test]
    public void Writing_replaces_the_old_file_only_when_it_succeeds()
    {
        string path = Path.Combine(folder, "picture.png");
        ImageFile.WritePng(path, new Image(4, 4, 1));
        ImageFile.WritePng(path, new Image(6, 6, 1));
        Assert.That(ImageFile.ReadSize(path), Is.EqualTo((6, 6)));
        Assert.That(() => ImageFile.WritePng(Path.Combine(folder, "absent", "picture.png"), new Image(4, 4, 1)), Throws.InstanceOf<IOException>());
        string occupied = Path.Combine(folder, "occupied.png");
        Directory.CreateDirectory(occupied);
        Assert.That(() => ImageFile.WritePng(occupied, new Image(4, 4, 1)), Throws.InstanceOf<IOException>().Or.InstanceOf<UnauthorizedAccessException>());
        Assert.That(Directory.GetFiles(folder), Is.EqualTo(new[] { path }), "no temporary file stays");
    }

    [TestCase("GIF89a....", "GIF")]
    [TestCase("BM........", "BMP")]
    [TestCase("II*\0......", "TIFF")]
    [TestCase("MM\0*......", "TIFF")]
    [TestCase("RIFF....WEBPVP8 ", "WebP")]
    public void Other_formats_are_named_with_the_mend(string content, string format)
    {
        string path = Path.Combine(folder, "disguised.png");
        File.WriteAllBytes(path, Encoding.Latin1.GetBytes(content));
        string expected = $"{path}: this is a {format} file; convert it to PNG or JPEG.";
        Assert.That(Assert.Throws<ImageFormatException>(() => ImageFile.Read(path))!.Message, Is.EqualTo(expected));
        Assert.That(Assert.Throws<ImageFormatException>(() => ImageFile.ReadMask(path))!.Message, Is.EqualTo(expected));
        Assert.That(Assert.Throws<ImageFormatException>(() => ImageFile.ReadSize(path))!.Message, Is.EqualTo(expected));
    }

    [Test]
    public void Content_counts_and_the_extension_does_not()
    {
        string path = Path.Combine(folder, "really-png.jpg");
        File.WriteAllBytes(path, TestPng.Encode(1, 1, 8, 0, false, [200]));
        Assert.That(ImageFile.Read(path).Pixels, Is.EqualTo(new byte[] { 200 }));
        File.WriteAllBytes(path, []);
        Assert.That(() => ImageFile.Read(path), Throws.TypeOf<ImageFormatException>().With.Message.Contains("empty"));
        File.WriteAllText(path, "hello there");
        Assert.That(() => ImageFile.Read(path), Throws.TypeOf<ImageFormatException>().With.Message.Contains("neither"));
    }

    [Test]
    public void A_file_beyond_the_limit_is_refused_before_it_is_decoded()
    {
        byte[] file = TestPng.Encode(1, 1, 8, 0, false, [200]);
        ImageLimits limits = new() { MaximumFileBytes = file.Length - 1 };
        using MemoryStream stream = new(file);
        Assert.That(() => ImageFile.Read(stream, "long.png", limits), Throws.TypeOf<ImageFormatException>().With.Message.Contains("long.png"));
        using MemoryStream again = new(file);
        Assert.That(ImageFile.ReadRgb(again, "long.png").Pixels, Is.EqualTo(new byte[] { 200, 200, 200 }));
    }

    [Test]
    public void A_missing_file_is_the_file_systems_own_error() =>
        Assert.That(() => ImageFile.Read(Path.Combine(folder, "absent.png")), Throws.TypeOf<FileNotFoundException>());

    [Test]
    public void Sizes_are_found_behind_long_headers()
    {
        byte[] jpeg = new TestJpeg { Width = 21, Height = 10 }.Encode();
        byte[] filler = [0xFF, 0xE2, 0xFF, 0xFF, .. new byte[65533]];
        string path = Path.Combine(folder, "long-header.jpg");
        File.WriteAllBytes(path, [.. jpeg[..2], .. filler, .. filler, .. filler, .. jpeg[2..]]);
        Assert.That(ImageFile.ReadSize(path), Is.EqualTo((21, 10)));
        Assert.That(ImageFile.Read(path).Width, Is.EqualTo(21));
    }

    [Test]
    public void Sizes_need_only_the_headers()
    {
        byte[] png = TestPng.Encode(21, 10, 8, 0, false, new int[210]);
        Assert.That(ImageFile.ReadSize(png[..33], "start.png"), Is.EqualTo((21, 10)));
        Assert.That(() => ImageFile.ReadSize(png[..32], "start.png"), Throws.TypeOf<ImageFormatException>().With.Message.Contains("start.png"));
    }
}

using SegFromScratch.Training.Images;

namespace SegFromScratch.Tests.Images;

/// <summary>JPEGs that are damaged, truncated or of a kind that is not read are refused in one line that names the file.</summary>
public class JpegDamageTests
{
    [Test]
    public void No_truncated_file_is_read()
    {
        byte[][] files =
        [
            new TestJpeg { Width = 30, Height = 20 }.Encode(),
            new TestJpeg { Width = 30, Height = 20, Sampling = [(2, 2), (1, 1), (1, 1)], RestartInterval = 1, Interleaved = false }.Encode(),
            .. JpegFixtures.All.Select(fixture => Convert.FromBase64String(fixture.File)),
        ];
        foreach (byte[] whole in files)
        {
            for (int length = 0; length < whole.Length; length++)
                AssertRefused(whole[..length], "");
        }
    }

    [Test]
    public void A_scan_that_ends_early_is_told()
    {
        byte[] whole = new TestJpeg { Width = 64, Height = 64 }.Encode();
        AssertRefused([.. whole[..^200], 0xFF, 0xD9], "ends before its last block");
        AssertRefused([.. whole[..^3], 0xFF, 0xD9], "ends before its last block");
    }

    [Test]
    public void A_missing_restart_marker_is_told()
    {
        byte[] file = new TestJpeg { Width = 64, Height = 8, RestartInterval = 2 }.Encode();
        int marker = file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xD1]);
        file[marker + 1] = 0xD2;
        AssertRefused(file, "restart marker");
    }

    [TestCase(0xC3, "lossless")]
    [TestCase(0xC5, "hierarchical")]
    [TestCase(0xC9, "arithmetic-coded")]
    [TestCase(0xCA, "arithmetic-coded")]
    public void Frames_of_other_kinds_are_named(int marker, string kind) =>
        AssertRefused(Patch(1, (byte)marker), kind);

    [TestCase(4, 12, "12 bits")]
    [TestCase(9, 2, "2 components")]
    [TestCase(11, 0x51, "sampling 5x1")]
    [TestCase(11, 0x01, "sampling 0x1")]
    [TestCase(12, 4, "quantisation table 4")]
    [TestCase(12, 3, "table 3 is not defined")]
    public void Impossible_frame_headers_are_told(int offset, int value, string problem) =>
        AssertRefused(Patch(offset, (byte)value), problem);

    [Test]
    public void A_height_that_comes_later_is_told()
    {
        byte[] file = Patch(5, 0);
        file[FrameOf(file) + 6] = 0;
        AssertRefused(file, "DNL");
    }

    [Test]
    public void A_short_file_that_claims_a_large_picture_allocates_nothing_of_that_size()
    {
        byte[] file = Patch(5, 30);
        file[FrameOf(file) + 7] = 30;
        long before = GC.GetAllocatedBytesForCurrentThread();
        AssertRefused(file, "truncated");
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1_000_000));
    }

    [Test]
    public void Scans_beyond_the_limit_are_refused()
    {
        byte[] file = Convert.FromBase64String(JpegFixtures.All.First(fixture => fixture.Name.StartsWith("progressive", StringComparison.Ordinal)).File);
        Assert.That(() => ImageFile.Read(file, "many.jpg", new ImageLimits { MaximumScans = 3 }),
            Throws.TypeOf<ImageFormatException>().With.Message.Contains("more scans than the limit of 3"));
    }

    [Test]
    public void A_class_map_cannot_be_a_jpeg() =>
        Assert.That(() => ImageFile.ReadMask(new TestJpeg().Encode(), "mask.jpg"), Throws.TypeOf<ImageFormatException>().With.Message.Contains("palette or grey PNG"));

    /// <summary>A small grey JPEG with one byte of its frame segment replaced; offset 1 is the marker itself.</summary>
    private static byte[] Patch(int offset, byte value)
    {
        byte[] file = new TestJpeg().Encode();
        file[FrameOf(file) + offset] = value;
        return file;
    }

    private static int FrameOf(byte[] file) => file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);

    private static void AssertRefused(byte[] file, string problem)
    {
        ImageFormatException error = Assert.Throws<ImageFormatException>(() => ImageFile.Read(file, "some.jpg"))!;
        Assert.That(error.Message, Does.StartWith("some.jpg: ").And.Contains(problem).And.Not.Contains("\n"));
    }
}

using SegFromScratch.Training.Images;

namespace SegFromScratch.Tests.Images;

/// <summary>Each way in which a PNG can be wrong is told apart, in one line that names the file.</summary>
public class PngDamageTests
{
    private static readonly byte[] Header = TestPng.Header(2, 2, 8, 0, false);
    private static readonly byte[] Raw = [0, 10, 20, 0, 30, 40];

    [Test]
    public void No_truncated_file_is_read()
    {
        byte[] whole = TestPng.Encode(9, 9, 8, 2, true, PngDecodingTests.RandomSamples(243, 256));
        for (int length = 0; length < whole.Length; length++)
            AssertRefused(whole[..length], "");
    }

    [Test]
    public void A_wrong_checksum_is_told()
    {
        byte[] file = TestPng.Encode(2, 2, 8, 0, false, [10, 20, 30, 40]);
        file[^14] ^= 1;
        AssertRefused(file, "checksum");
    }

    [Test]
    public void The_data_must_have_exactly_the_length_of_the_picture()
    {
        AssertRefused(Assemble(("IDAT", TestPng.Deflate(Raw[..5]))), "before the last row");
        AssertRefused(Assemble(("IDAT", TestPng.Deflate([.. Raw, 0]))), "after the last row");
    }

    [Test]
    public void Damaged_compression_is_told()
    {
        byte[] compressed = TestPng.Deflate(Raw);
        compressed[2] = 0xFF;
        AssertRefused(Assemble(("IDAT", compressed)), "damaged");
    }

    [Test]
    public void Unknown_filters_and_critical_chunks_are_told()
    {
        AssertRefused(Assemble(("IDAT", TestPng.Deflate([5, 10, 20, 0, 30, 40]))), "filter 5");
        AssertRefused(Assemble(("ABCD", []), ("IDAT", TestPng.Deflate(Raw))), "critical chunk ABCD");
        AssertRefused(Assemble(("IHDR", Header), ("IDAT", TestPng.Deflate(Raw))), "IHDR");
    }

    [Test]
    public void Chunks_out_of_order_are_told()
    {
        byte[] compressed = TestPng.Deflate(Raw);
        AssertRefused(Assemble(("IDAT", compressed[..4]), ("tEXt", []), ("IDAT", compressed[4..])), "interrupted");
        AssertRefused(Assemble(("IDAT", compressed), ("PLTE", [1, 2, 3])), "palette");
        AssertRefused(Assemble(("tRNS", [1, 2, 3]), ("IDAT", compressed)), "tRNS");
        AssertRefused(Assemble(), "IDAT");
        AssertRefused(TestPng.Assemble(("IDAT", compressed), ("IEND", [])), "IHDR");
        AssertRefused(TestPng.Assemble(("IHDR", TestPng.Header(2, 2, 8, 3, false)), ("IDAT", compressed), ("IEND", [])), "PLTE");
    }

    [TestCase(0, 2, 8, 0, "0x2")]
    [TestCase(2, 0, 8, 0, "2x0")]
    [TestCase(2, 2, 3, 0, "3 bits")]
    [TestCase(2, 2, 4, 2, "4 bits")]
    [TestCase(2, 2, 16, 3, "16 bits")]
    [TestCase(2, 2, 8, 1, "colour type 1")]
    [TestCase(-1, -1, 8, 0, "limit")]
    [TestCase(1 << 20, 1 << 20, 8, 0, "limit")]
    public void Impossible_headers_are_told(int width, int height, int depth, int colourType, string problem) =>
        AssertRefused(TestPng.Assemble(("IHDR", TestPng.Header(width, height, depth, colourType, false)), ("IDAT", TestPng.Deflate(Raw)), ("IEND", [])), problem);

    [Test]
    public void A_short_file_that_claims_a_large_picture_allocates_nothing_of_that_size()
    {
        byte[] file = TestPng.Assemble(("IHDR", TestPng.Header(8000, 8000, 16, 6, false)), ("IDAT", TestPng.Deflate(Raw)), ("IEND", []));
        long before = GC.GetAllocatedBytesForCurrentThread();
        AssertRefused(file, "truncated");
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1_000_000));
    }

    [Test]
    public void The_limit_can_be_set()
    {
        byte[] file = TestPng.Encode(2, 2, 8, 0, false, [10, 20, 30, 40]);
        Assert.That(ImageFile.Read(file, "a.png", new ImageLimits { MaximumPixels = 4 }).Width, Is.EqualTo(2));
        Assert.That(() => ImageFile.Read(file, "a.png", new ImageLimits { MaximumPixels = 3 }), Throws.TypeOf<ImageFormatException>().With.Message.Contains("limit of 3"));
    }

    private static byte[] Assemble(params (string, byte[])[] chunks) => TestPng.Assemble([("IHDR", Header), .. chunks, ("IEND", [])]);

    private static void AssertRefused(byte[] file, string problem)
    {
        ImageFormatException error = Assert.Throws<ImageFormatException>(() => ImageFile.Read(file, "some.png"))!;
        Assert.That(error.Message, Does.StartWith("some.png: ").And.Contains(problem).And.Not.Contains("\n"));
    }
}


using SegFromScratch.Training.Weights;

namespace SegFromScratch.Tests.Weights;

public sealed class SafeTensorsReadingTests : FolderTests
{
    private SafeTensorsFile Open(string header, params byte[] data)
    {
        string path = Folder.File("made.safetensors");
        File.WriteAllBytes(path, RawSafeTensors.Bytes(header, data));
        return SafeTensorsFile.Open(path);
    }

    private string Refusal(string header, params byte[] data)
    {
        string message = Assert.Throws<WeightFileException>(() => Open(header, data).Dispose())!.Message;
        Assert.That(message, Does.Contain("made.safetensors").And.Not.Contain("\n"));
        return message;
    }

    // Elements by IEEE 754: 1.5 = 3FF8..., 3FC00000, 3E00, 3FC0; then -2.
    [TestCase("F64", new byte[] { 0, 0, 0, 0, 0, 0, 0xF8, 0x3F, 0, 0, 0, 0, 0, 0, 0, 0xC0 }, new[] { 1.5f, -2f })]
    [TestCase("F32", new byte[] { 0, 0, 0xC0, 0x3F, 0, 0, 0, 0xC0 }, new[] { 1.5f, -2f })]
    [TestCase("F16", new byte[] { 0, 0x3E, 0, 0xC0 }, new[] { 1.5f, -2f })]
    [TestCase("BF16", new byte[] { 0xC0, 0x3F, 0, 0xC0 }, new[] { 1.5f, -2f })]
    [TestCase("I64", new byte[] { 7, 0, 0, 0, 0, 0, 0, 0, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF }, new[] { 7f, -2f })]
    [TestCase("I32", new byte[] { 7, 0, 0, 0, 0xFE, 0xFF, 0xFF, 0xFF }, new[] { 7f, -2f })]
    [TestCase("U8", new byte[] { 7, 254 }, new[] { 7f, 254f })]
    [TestCase("BOOL", new byte[] { 0, 1 }, new[] { 0f, 1f })]
    public void Every_type_becomes_single(string type, byte[] data, float[] expected)
    {
        using SafeTensorsFile file = Open($$$"""{"t":{"dtype":"{{{type}}}","shape":[2],"data_offsets":[0,{{{data.Length}}}]}}""", data);
        Assert.That(file.ReadSingle("t"), Is.EqualTo(expected));
        if (type is "I64" or "I32" or "U8" or "BOOL")
            Assert.That(file.ReadInt64("t"), Is.EqualTo(expected.Select(value => (long)value)));
        else
            Assert.That(Assert.Throws<WeightFileException>(() => file.ReadInt64("t"))!.Message, Does.Contain($"'t' holds {type}"));
    }

    [Test]
    public void Tensors_metadata_and_padding_are_read()
    {
        using SafeTensorsFile file = Open(
            """{"b":{"dtype":"U8","shape":[1,3],"data_offsets":[2,5]},"__metadata__":{"who":"\u00e9"},"a":{"shape":[],"data_offsets":[0,2],"dtype":"F16"},"none":{"dtype":"F64","shape":[0,4],"data_offsets":[5,5]}}   """,
            0, 0x3C, 10, 20, 30);
        Assert.That(file.Entries.Select(entry => entry.Name), Is.EqualTo(["b", "a", "none"]));
        Assert.That(file.Entry("b").Shape, Is.EqualTo([1L, 3L]));
        Assert.That(file.ReadSingle("b"), Is.EqualTo([10f, 20f, 30f]));
        Assert.That(file.ReadSingle("a"), Is.EqualTo([1f]));
        Assert.That(file.Entry("a").Elements, Is.EqualTo(1));
        Assert.That(file.ReadSingle("none"), Is.Empty);
        Assert.That(file.Metadata["who"], Is.EqualTo("é"));
        Assert.That(file.Contains("c"), Is.False);
        Assert.That(Assert.Throws<WeightFileException>(() => file.ReadSingle("c"))!.Message, Does.Contain("'c' is not in the file"));
        Assert.Throws<ArgumentException>(() => file.ReadSingle("b", new float[2]));
    }

    [Test]
    public void A_tensor_longer_than_one_chunk_is_read_whole()
    {
        const int count = 40_001;
        byte[] data = new byte[count * 4];
        for (int i = 0; i < count; i++)
            BitConverter.TryWriteBytes(data.AsSpan(i * 4), i);
        using SafeTensorsFile file = Open($$$"""{"t":{"dtype":"I32","shape":[{{{count}}}],"data_offsets":[0,{{{data.Length}}}]}}""", data);
        Assert.That(file.ReadInt64("t"), Is.EqualTo(Enumerable.Range(0, count).Select(i => (long)i)));
    }

    [TestCase("""{"t":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}}""", "'t' has elements of type 'F8_E4M3', which is not one of F64, F32, F16, BF16, I64, I32, U8, BOOL")]
    [TestCase("""{"t":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"t":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", "'t' is in its header twice")]
    [TestCase("""{"t":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", "'t' has 'dtype' twice")]
    [TestCase("""{"t":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"more":1}}""", "'t' has an unknown member 'more'")]
    [TestCase("""{"t":{"dtype":"U8","shape":[1]}}""", "'t' has no 'data_offsets'")]
    [TestCase("""{"t":{"dtype":"U8","shape":[2],"data_offsets":[0,1]}}""", "'t' of shape [2] and type U8 needs 2 bytes, but its data_offsets span 1")]
    [TestCase("""{"t":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}}""", "'t' has a shape with something that is not a whole number")]
    [TestCase("""{"t":{"dtype":"U8","shape":[1.0],"data_offsets":[0,1]}}""", "'t' has a shape with something that is not a whole number")]
    [TestCase("""{"t":{"dtype":"U8","shape":1,"data_offsets":[0,1]}}""", "'t' has a shape that is not a list")]
    [TestCase("""{"t":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,1]}}""", "is larger than a file can be")]
    [TestCase("""{"t":{"dtype":"U8","shape":[1],"data_offsets":[1,0]}}""", "needs data_offsets [begin, end] with begin <= end")]
    [TestCase("""{"t":{"dtype":"U8","shape":[3],"data_offsets":[0,1,3]}}""", "needs data_offsets [begin, end]")]
    [TestCase("""{"t":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"u":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", "'u' overlaps another tensor")]
    [TestCase("""{"t":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", "'t' leaves a hole of 1 bytes before it")]
    [TestCase("""{"t":{"dtype":"U8","shape":[9],"data_offsets":[0,9]}}""", "'t' ends at byte 9 of the data, but the file has only 2: it is cut short")]
    [TestCase("""{"t":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", "1 bytes at its end belong to no tensor")]
    [TestCase("""{"t":[]}""", "'t' is not described by an object")]
    [TestCase("""{"__metadata__":{"a":1}}""", "the metadata 'a' is not a string")]
    [TestCase("""{"__metadata__":{"a":"1","a":"2"}}""", "the metadata 'a' is in its header twice")]
    [TestCase("""{"t":{"dtype":"U8","shape":[[1]],"data_offsets":[0,1]}}""", "its header is not the JSON of a safetensors file (line 1")]
    [TestCase("""{} {}""", "its header is not the JSON of a safetensors file")]
    [TestCase("""{"t":""", "its header is not the JSON of a safetensors file")]
    [TestCase(""" {}""", "its header does not begin with '{'")]
    [TestCase("", "its header does not begin with '{'")]
    [TestCase("""{"\ud800":{}}""", "its header holds text that is not valid UTF-8")]
    [TestCase("""{"a\nb\u001b[31m":[]}""", "'a?b?[31m' is not described by an object")]
    public void A_broken_rule_is_named(string header, string expected) => Assert.That(Refusal(header, 0, 0), Does.Contain(expected));

    [Test]
    public void A_file_that_is_none_is_refused()
    {
        string path = Folder.File("other.safetensors");
        string Message() => Assert.Throws<WeightFileException>(() => SafeTensorsFile.Open(path).Dispose())!.Message;

        Assert.That(Message(), Does.Contain("there is no such file"));
        File.WriteAllBytes(path, [1, 2, 3]);
        Assert.That(Message(), Does.Contain("only 3 bytes"));
        File.WriteAllBytes(path, [.. RawSafeTensors.LengthBytes(10_000_000_000), .. "{}"u8]);
        Assert.That(Message(), Does.Contain("its header should have 10000000000 bytes, but the file ends before that"));
        File.WriteAllBytes(path, [.. RawSafeTensors.LengthBytes(ulong.MaxValue), .. "{}"u8]);
        Assert.That(Message(), Does.Contain("18446744073709551615"));
        Assert.That(Assert.Throws<WeightFileException>(() => SafeTensorsFile.Open(Folder.Path))!.Message, Does.Contain("this is a folder"));
    }

    [Test]
    public void A_header_above_the_limit_is_refused_before_it_is_read()
    {
        string path = Folder.File("sparse.safetensors");
        using (FileStream stream = File.Create(path))
        {
            stream.Write(RawSafeTensors.LengthBytes(100_000_001));
            stream.SetLength(100_000_100);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        string message = Assert.Throws<WeightFileException>(() => SafeTensorsFile.Open(path))!.Message;
        Assert.That(message, Does.Contain("at most 100000000"));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1_000_000));
    }

    [Test]
    public void Opening_a_large_file_and_reading_a_small_tensor_allocates_little()
    {
        const int large = 64_000_000;
        string path = Folder.File("large.safetensors");
        byte[] head = RawSafeTensors.Bytes($$$"""{"large":{"dtype":"U8","shape":[{{{large}}}],"data_offsets":[0,{{{large}}}]},"small":{"dtype":"U8","shape":[2],"data_offsets":[{{{large}}},{{{large + 2}}}]}}""");
        using (FileStream stream = File.Create(path))
        {
            stream.Write(head);
            stream.SetLength(head.Length + large + 2);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        using (SafeTensorsFile file = SafeTensorsFile.Open(path))
            Assert.That(file.ReadSingle("small"), Is.EqualTo([0f, 0f]));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1_000_000));
    }
}

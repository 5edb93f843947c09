using System.IO.Compression;
using SegFromScratch.Training.Weights;
using SegFromScratch.Training.Weights.PyTorch;

namespace SegFromScratch.Tests.Weights;

/// <summary>PyTorch files put together by hand: exact values, and each thing that is refused, without PyTorch.</summary>
public sealed class PyTorchFormatTests : FolderTests
{
    // 0, 1, ..., 7 as bytes.
    private static readonly Dictionary<string, byte[]> _eight = new() { ["0"] = [0, 1, 2, 3, 4, 5, 6, 7] };

    [TestCase(CompressionLevel.NoCompression)]
    [TestCase(CompressionLevel.Optimal)]
    public void Offset_and_strides_are_respected(CompressionLevel level)
    {
        using WeightSource file = Open(RawPyTorch.Archive(RawPyTorch.Pickle(new("plain", "ByteStorage", "0", 8, 2, [2, 3], [3, 1]), new("turned", "ByteStorage", "0", 8, 0, [3, 2], [2, 3])), _eight, level));
        Assert.That(file, Is.TypeOf<PyTorchFile>());
        Assert.That(file.ReadSingle("plain"), Is.EqualTo([2f, 3f, 4f, 5f, 6f, 7f]));

        // Element (i, j) lies at 2i + 3j.
        Assert.That(file.ReadInt64("turned"), Is.EqualTo([0L, 3L, 2L, 5L, 4L, 7L]));
    }

    [TestCase(0, new[] { 9 }, new[] { 1 }, "reaches beyond the 8 elements")]
    [TestCase(1, new[] { 2, 4 }, new[] { 4, 1 }, "reaches beyond the 8 elements")]
    [TestCase(8, new int[0], new int[0], "reaches beyond the 8 elements")]
    [TestCase(0, new[] { 2000000000, 2000000000, 2000000000 }, new[] { 2000000000, 2000000000, 2000000000 }, "reaches beyond")]
    [TestCase(0, new[] { 9 }, new[] { 0 }, "more than once")]
    [TestCase(-1, new[] { 1 }, new[] { 1 }, "arguments that it does not take")]
    [TestCase(0, new[] { 2 }, new[] { -1 }, "arguments that it does not take")]
    [TestCase(0, new[] { 2, 2 }, new[] { 1 }, "arguments that it does not take")]
    public void A_view_outside_its_storage_is_refused(int offset, int[] shape, int[] strides, string expected) =>
        Assert.That(Refusal(RawPyTorch.Archive(RawPyTorch.Pickle(new RawPyTorch.View("t", "ByteStorage", "0", 8, offset, shape, strides)), _eight)), Does.Contain(expected));

    [TestCase("ByteStorage", "0", 9, "but that has only 8 bytes")]
    [TestCase("FloatStorage", "0", 3, "but that has only 8 bytes")]
    [TestCase("ByteStorage", "1", 8, "'data/1' is not in the archive")]
    [TestCase("ByteStorage", "../0", 8, "'data/../0' is not in the archive")]
    [TestCase("ShortStorage", "0", 4, "asks for 'torch.ShortStorage'")]
    public void A_storage_that_is_not_there_is_refused(string type, string key, int elements, string expected) =>
        Assert.That(Refusal(RawPyTorch.Archive(RawPyTorch.Pickle(new RawPyTorch.View("t", type, key, elements, 0, [1], [1])), _eight)), Does.Contain(expected));

    [Test]
    public void Damaged_numbers_are_noticed_when_they_are_read()
    {
        byte[] bytes = RawPyTorch.Archive(RawPyTorch.Pickle(new RawPyTorch.View("t", "ByteStorage", "0", 8, 0, [8], [1])), _eight);
        int place = bytes.AsSpan().IndexOf(_eight["0"]);
        bytes[place + 3] ^= 1;
        using WeightSource file = Open(bytes);
        Assert.That(Assert.Throws<WeightFileException>(() => file.ReadSingle("t"))!.Message, Does.Contain("'data/0' is damaged: its checksum does not fit"));
    }

    [Test]
    public void A_storage_that_unpacks_to_far_more_than_the_file_is_refused()
    {
        byte[] bytes = RawPyTorch.Archive(
            RawPyTorch.Pickle(new RawPyTorch.View("t", "ByteStorage", "0", 1, 0, [1], [1])), new Dictionary<string, byte[]> { ["0"] = new byte[1 << 20] }, CompressionLevel.Optimal);
        Assert.That(Refusal(bytes), Does.Contain("'data/0' unpacks to 1048576 bytes, over 32 times the whole archive"));
    }

    [Test]
    public void A_storage_shared_without_end_is_refused()
    {
        RawPyTorch.View[] views = [.. Enumerable.Range(0, 2000).Select(i => new RawPyTorch.View($"t{i}", "ByteStorage", "0", 1 << 20, 0, [1 << 20], [1]))];
        Assert.That(Refusal(RawPyTorch.Archive(RawPyTorch.Pickle(views), new Dictionary<string, byte[]> { ["0"] = new byte[1 << 20] })), Does.Contain("share storages so often"));
    }

    [Test]
    public void A_call_of_the_system_is_refused_by_name_and_not_run()
    {
        string marker = Folder.File("marker");
        byte[] pickle = [0x80, 2, .. RawPyTorch.Global("posix", "system"), (byte)'(', .. RawPyTorch.Text($"touch {marker}"), (byte)'t', (byte)'R', (byte)'.'];
        Assert.That(Refusal(RawPyTorch.Archive(pickle, _eight)), Does.Contain("asks for 'posix.system', which weights do not need and which is not run; in PyTorch, torch.save(model.state_dict(), path)"));
        Assert.That(File.Exists(marker), Is.False);
    }

    [TestCase(new byte[] { (byte)'i', (byte)'.' }, "uses the operation 0x69 at byte 2")]
    [TestCase(new byte[] { (byte)'R', (byte)'.' }, "its stack is empty")]
    [TestCase(new byte[] { (byte)'K', 1, (byte)'.' }, "it holds a number, not a dictionary of tensors")]
    [TestCase(new byte[] { (byte)'}', (byte)'.' }, "its keys are none")]
    [TestCase(new byte[] { (byte)'}', (byte)'(', (byte)'s', (byte)'.' }, "its stack is empty")]
    [TestCase(new byte[] { (byte)'N', (byte)'}', (byte)'b', (byte)'.' }, "changes the state of an object")]
    [TestCase(new byte[] { (byte)'N' }, "it ends too early")]
    [TestCase(new byte[] { (byte)'X', 255, 255, 255, 255, 0 }, "it ends too early")]
    [TestCase(new byte[] { (byte)'h', 7 }, "there is no value number 7")]
    [TestCase(new byte[] { 0x80, 1 }, "is of protocol 1")]
    public void A_pickle_of_something_else_is_refused(byte[] operations, string expected) =>
        Assert.That(Refusal(RawPyTorch.Archive([0x80, 2, .. operations], _eight)), Does.Contain(expected));

    [Test]
    public void Something_among_the_tensors_that_is_none_is_refused()
    {
        byte[] tensor = RawPyTorch.Pickle(new RawPyTorch.View("t", "ByteStorage", "0", 8, 0, [8], [1]));
        byte[] pickle = [.. tensor[..^2], .. RawPyTorch.Text("epoch"), (byte)'K', 3, (byte)'u', (byte)'.'];
        Assert.That(Refusal(RawPyTorch.Archive(pickle, _eight)), Does.Contain("'epoch' among its tensors is a number"));
    }

    [Test]
    public void A_name_that_occurs_twice_is_refused()
    {
        RawPyTorch.View view = new("t", "ByteStorage", "0", 8, 0, [8], [1]);
        Assert.That(Refusal(RawPyTorch.Archive(RawPyTorch.Pickle(view, view), _eight)), Does.Contain("'t' is in it twice"));
    }

    [Test]
    public void An_archive_of_something_else_is_refused()
    {
        using MemoryStream stream = new();
        using (ZipArchive zip = new(stream, ZipArchiveMode.Create, leaveOpen: true))
            zip.CreateEntry("letter.txt");
        Assert.That(Refusal(stream.ToArray()), Does.Contain("it is a zip archive, but none of PyTorch"));
        Assert.That(Refusal("PK but no archive"u8.ToArray()), Does.Contain("cut short or damaged"));
    }

    private WeightSource Open(byte[] bytes)
    {
        string path = Folder.File("made.pth");
        File.WriteAllBytes(path, bytes);
        return WeightSource.Open(path);
    }

    private string Refusal(byte[] bytes)
    {
        string message = Assert.Throws<WeightFileException>(() => Open(bytes).Dispose())!.Message;
        Assert.That(message, Does.Contain("made.pth").And.Not.Contain("\n"));
        return message;
    }
}

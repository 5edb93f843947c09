using System.Diagnostics;
using System.Text;

using SegFromScratch.Training.Files;
using SegFromScratch.Training.Runs;
using SegFromScratch.Training.Weights;

namespace SegFromScratch.Tests.Weights;

public sealed class SafeTensorsWritingTests
{
    private static readonly KeyValuePair<string, WeightTensor>[] _tensors =
    [
        new("a.weight", WeightTensor.OfSingles([1.5f, -2, 0, float.NegativeInfinity, 1e-45f, 3], 2, 3)),
        new("mask", WeightTensor.OfBytes([1, 2, 3], 3)),
        new("steps", WeightTensor.OfInt64s([long.MinValue])),
        new("b", WeightTensor.OfSingles([7], 1)),
        new("precise", WeightTensor.OfDoubles([Math.PI], 1)),
    ];

    private static readonly Dictionary<string, string> _metadata = new() { ["model"] = "unet", ["author"] = "José \"J\"" };

    [Test]
    public void The_bytes_are_those_of_the_format()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("small.safetensors");
        SafeTensorsWriter.Write(path, [new("b", WeightTensor.OfBytes([9], 1)), new("a", WeightTensor.OfSingles([1.5f]))], new Dictionary<string, string> { ["k"] = "v" });
        string header = """{"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[1],"data_offsets":[4,5]}}""";
        string padded = header.PadRight((header.Length + 7) / 8 * 8);
        byte[] expected = RawSafeTensors.Bytes(padded, 0, 0, 0xC0, 0x3F, 9);
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(expected));
    }

    [Test]
    public void What_is_written_is_read_back_and_data_are_aligned()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("x.safetensors");
        SafeTensorsWriter.Write(path, _tensors, _metadata);
        using SafeTensorsFile file = SafeTensorsFile.Open(path);
        Assert.That(file.Entries.Select(entry => entry.Name), Is.EqualTo(["steps", "precise", "a.weight", "b", "mask"]));
        Assert.That(file.ReadSingle("a.weight"), Is.EqualTo([1.5f, -2, 0, float.NegativeInfinity, 1e-45f, 3]));
        Assert.That(file.Entry("a.weight").Shape, Is.EqualTo([2L, 3L]));
        Assert.That(file.ReadInt64("steps"), Is.EqualTo([long.MinValue]));
        Assert.That(file.ReadSingle("precise"), Is.EqualTo([(float)Math.PI]));
        Assert.That(file.Metadata, Is.EquivalentTo(_metadata));
        Assert.That(BitConverter.ToUInt64(File.ReadAllBytes(path)) % 8, Is.Zero);
        foreach (SafeTensorsEntry entry in file.Entries)
            Assert.That(entry.Begin % entry.DataType.Size(), Is.Zero, entry.Name);
    }

    [Test]
    public void A_tensor_longer_than_one_block_is_written_whole()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("x.safetensors");
        float[] values = [.. Enumerable.Range(0, 200_003).Select(i => i * 0.5f)];
        SafeTensorsWriter.Write(path, [new("t", WeightTensor.OfSingles(values, 200_003))]);
        using SafeTensorsFile file = SafeTensorsFile.Open(path);
        Assert.That(file.ReadSingle("t"), Is.EqualTo(values));
    }

    [Test]
    public void Wrong_tensors_are_refused_before_anything_is_written()
    {
        using TemporaryFolder folder = new();
        WeightTensor one = WeightTensor.OfSingles([1]);
        Assert.Throws<ArgumentException>(() => WeightTensor.OfSingles([1, 2], 3));
        Assert.Throws<ArgumentException>(() => SafeTensorsWriter.Write(folder.File("x"), [new("t", one), new("t", one)]));
        Assert.Throws<ArgumentException>(() => SafeTensorsWriter.Write(folder.File("x"), [new("__metadata__", one)]));
        Assert.That(Directory.GetFileSystemEntries(folder.Path), Is.Empty);
    }

    [Test]
    public void A_missing_folder_is_one_clear_line()
    {
        using TemporaryFolder folder = new();
        string message = Assert.Throws<FileWriteException>(() => SafeTensorsWriter.Write(folder.File("none/x.safetensors"), _tensors))!.Message;
        Assert.That(message, Does.StartWith("Cannot write '").And.EndsWith("': its folder does not exist or takes no files; create it, or choose another."));
    }

    [Test]
    public void Python_reads_what_is_written()
    {
        const string python = "/usr/bin/python3";
        if (!File.Exists(python) || Run(python, "-c", "import numpy").Code != 0)
            Assert.Ignore($"{python} with numpy is not installed.");
        using TemporaryFolder folder = new();
        string path = folder.File("x.safetensors");
        SafeTensorsWriter.Write(path, _tensors, _metadata);
        const string script = """
            import json, sys, numpy
            raw = open(sys.argv[1], 'rb').read()
            length = int.from_bytes(raw[:8], 'little')
            header = json.loads(raw[8:8 + length].decode('utf-8'))
            print(ascii(sorted(header.pop('__metadata__').items())))
            kinds = {'F64': '<f8', 'F32': '<f4', 'I64': '<i8', 'U8': 'u1'}
            for name, entry in sorted(header.items()):
                begin, end = entry['data_offsets']
                data = numpy.frombuffer(raw[8 + length + begin:8 + length + end], kinds[entry['dtype']]).reshape(entry['shape'])
                print(name, entry['shape'], data.ravel().tolist())
            """;
        (int code, string output) = Run(python, "-c", script, path);
        Assert.That(code, Is.Zero, output);
        Assert.That(output.ReplaceLineEndings("\n"), Is.EqualTo("""
            [('author', 'Jos\xe9 "J"'), ('model', 'unet')]
            a.weight [2, 3] [1.5, -2.0, 0.0, -inf, 1.401298464324817e-45, 3.0]
            b [1] [7.0]
            mask [3] [1, 2, 3]
            precise [1] [3.141592653589793]
            steps [] [-9223372036854775808]

            """));
    }

    private static (int Code, string Output) Run(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8 };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }
}

using System.IO.Compression;
using System.Text;
using SegFromScratch.Training.Weights;
using SegFromScratch.Training.Weights.PyTorch;

namespace SegFromScratch.Tests.Weights;

/// <summary>Damaged files end in one kind of exception, soon, and without memory that the file's size does not justify.</summary>
public sealed class PyTorchFuzzTests
{
    private static readonly Dictionary<string, byte[]> _storages = new() { ["0"] = new byte[96], ["1"] = new byte[8] };

    private static readonly byte[] _pickle = RawPyTorch.Pickle(
        new("a.weight", "FloatStorage", "0", 24, 0, [2, 3, 4], [12, 4, 1]),
        new("a.turned", "FloatStorage", "0", 24, 1, [4, 2], [1, 12]),
        new("a.count", "LongStorage", "1", 1, 0, [], []));

    // A byte of pickle may cost an object, a byte of the archive's table the framework's description of a file.
    private static long AllowedBytes(long fileLength) => (300 * fileLength) + 300_000;

    [Test]
    public void Damaged_files_end_in_one_kind_of_exception()
    {
        var files = new DamagedFiles("damaged.pth", PyTorchFile.Open, AllowedBytes);

        // Flips in unused fields of the archive or inside a name leave a sound file; most damages do not.
        Assert.That(files.Refused(RawPyTorch.Archive(_pickle, _storages), 20261121, Damage), Is.InRange(300, 499));
    }

    private static byte[] Damage(byte[] sound, Random random, int kind) => kind switch
    {
        0 => sound[..random.Next(sound.Length)],
        1 => [.. sound[..random.Next(sound.Length)], .. new byte[random.Next(1, 100)], .. sound[random.Next(sound.Length)..]],
        2 => DamagedFiles.Flip(sound, random, 0, 1),
        3 => DamagedFiles.Flip(sound, random, 0, random.Next(2, 30)),
        4 => DamagedFiles.Flip(sound, random, sound.Length - 200, random.Next(1, 8)),
        5 or 6 => RawPyTorch.Archive(DamagedFiles.Flip(_pickle, random, 0, random.Next(1, 4)), _storages),
        7 => RawPyTorch.Archive(Operations(random), _storages),
        8 => RawPyTorch.Archive(RawPyTorch.Pickle(Wrong(random)), _storages, CompressionLevel.Optimal),
        _ => RawPyTorch.Archive([.. Encoding.Latin1.GetBytes("\x80\u0002" + new string("()]}"[random.Next(4)], random.Next(1, 20_000))), .. _pickle[2..]], _storages),
    };

    private static RawPyTorch.View Wrong(Random random)
    {
        int[] extremes = [-1, 0, 1, 3, 24, 25, 1 << 20, int.MaxValue, int.MinValue];
        int Pick() => extremes[random.Next(extremes.Length)];
        int[] Several() => [.. Enumerable.Range(0, random.Next(5)).Select(_ => Pick())];
        return new("a", "FloatStorage", random.Next(3).ToString(), Pick(), Pick(), Several(), Several());
    }

    private static byte[] Operations(Random random)
    {
        const string known = "\x80\x95(N\x88\x89JKM\x8aGX\x8cqr\x94hj)\x85\x86\x87t]ae}sucQRb.\x93";
        return [.. _pickle[..random.Next(_pickle.Length)], .. Enumerable.Range(0, 50).Select(_ => (byte)known[random.Next(known.Length)])];
    }
}

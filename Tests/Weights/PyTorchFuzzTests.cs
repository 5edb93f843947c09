using System.Diagnostics;
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
        using TemporaryFolder folder = new();
        string path = folder.File("damaged.pth");
        byte[] sound = RawPyTorch.Archive(_pickle, _storages);
        Random random = new(20261121);
        int refused = 0;
        ReadAll(path, sound);
        for (int round = 0; round < 500; round++)
        {
            byte[] damaged = Damage(sound, random, round % 10);
            Stopwatch watch = Stopwatch.StartNew();
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                ReadAll(path, damaged);
            }
            catch (WeightFileException refusal)
            {
                refused++;
                Assert.That(refusal.Message, Does.Contain("damaged.pth").And.Not.Contain("\n"));
            }

            Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(AllowedBytes(damaged.Length)), $"round {round}");
            Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(10)), $"round {round}");
        }

        // Flips in unused fields of the archive or inside a name leave a sound file; most damages do not.
        Assert.That(refused, Is.InRange(300, 499));
    }

    private static void ReadAll(string path, byte[] bytes)
    {
        File.WriteAllBytes(path, bytes);
        using PyTorchFile file = PyTorchFile.Open(path);
        foreach (WeightEntry entry in file.Entries)
            _ = file.ReadSingle(entry.Name);
    }

    private static byte[] Damage(byte[] sound, Random random, int kind) => kind switch
    {
        0 => sound[..random.Next(sound.Length)],
        1 => [.. sound[..random.Next(sound.Length)], .. new byte[random.Next(1, 100)], .. sound[random.Next(sound.Length)..]],
        2 => Flip(sound, random, 1),
        3 => Flip(sound, random, random.Next(2, 30)),
        4 => Flip(sound, random, sound.Length - 200, random.Next(1, 8)),
        5 or 6 => RawPyTorch.Archive(Flip(_pickle, random, random.Next(1, 4)), _storages),
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

    private static byte[] Flip(byte[] sound, Random random, int count) => Flip(sound, random, 0, count);

    private static byte[] Flip(byte[] sound, Random random, int first, int count)
    {
        byte[] damaged = [.. sound];
        for (int i = 0; i < count; i++)
            damaged[random.Next(first, damaged.Length)] ^= (byte)(1 << random.Next(8));
        return damaged;
    }
}

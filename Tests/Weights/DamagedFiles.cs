using SegFromScratch.Training.Weights;

namespace SegFromScratch.Tests.Weights;

/// <summary>Reads file after damaged file: each ends in one kind of exception, soon, and without memory that the file's size does not justify.</summary>
/// <param name="name">The files' name, which each message must give.</param>
/// <param name="open">Opens one.</param>
/// <param name="allowedBytes">The memory that a file of a length may cost.</param>
internal sealed class DamagedFiles(string name, Func<string, WeightSource> open, Func<long, long> allowedBytes)
{
    private const int Rounds = 500, Kinds = 10;
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(10);

    /// <summary>Reads them all.</summary>
    /// <param name="sound">The file before it is damaged; it must be readable.</param>
    /// <param name="seed">Of the damages.</param>
    /// <param name="damage">Damages it in the way of a kind from 0 to 9.</param>
    /// <returns>How many of 500 were refused.</returns>
    public int Refused(byte[] sound, int seed, Func<byte[], Random, int, byte[]> damage)
    {
        using TemporaryFolder folder = new();
        string path = folder.File(name);
        Random random = new(seed);
        ReadAll(path, sound);
        return new DamageTrial<WeightFileException>(name, Rounds, s_longest, allowedBytes)
            .Refused(round => damage(sound, random, round % Kinds), damaged => ReadAll(path, damaged));
    }

    /// <summary>Turns some bits over.</summary>
    /// <param name="sound">The file; it stays as it is.</param>
    /// <param name="random">Says which.</param>
    /// <param name="first">The first byte that may be hit.</param>
    /// <param name="count">How many bits.</param>
    public static byte[] Flip(byte[] sound, Random random, int first, int count)
    {
        byte[] damaged = [.. sound];
        for (int i = 0; i < count; i++)
            damaged[random.Next(first, damaged.Length)] ^= (byte)(1 << random.Next(8));
        return damaged;
    }

    private void ReadAll(string path, byte[] bytes)
    {
        File.WriteAllBytes(path, bytes);
        using WeightSource file = open(path);
        foreach (WeightEntry entry in file.Entries)
            _ = file.ReadSingle(entry.Name);
    }
}

using System.Text;
using SegFromScratch.Training.Weights;

namespace SegFromScratch.Tests.Weights;

/// <summary>Damaged files end in one kind of exception, soon, and without memory that the file's size does not justify.</summary>
public sealed class SafeTensorsFuzzTests
{
    private const string Header =
        """{"__metadata__":{"format":"segfromscratch-1","model":"unet"},"a.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"a.count":{"dtype":"I64","shape":[],"data_offsets":[24,32]},"b":{"dtype":"F16","shape":[5],"data_offsets":[32,42]}}""";

    // The largest cost is a name or an object for a few bytes of header; the fixed part pays for the exception and its message.
    private static long AllowedBytes(long fileLength) => (40 * fileLength) + 200_000;

    [Test]
    public void Damaged_files_end_in_one_kind_of_exception()
    {
        var files = new DamagedFiles("damaged.safetensors", SafeTensorsFile.Open, AllowedBytes);

        // Flips in the data or inside a name leave a sound file; most damages do not.
        Assert.That(files.Refused(RawSafeTensors.Bytes(Header, new byte[42]), 20240607, Damage), Is.InRange(350, 499));
    }

    private static byte[] Damage(byte[] sound, Random random, int kind) => kind switch
    {
        0 => sound[..random.Next(sound.Length)],
        1 => [.. sound, .. new byte[random.Next(1, 100)]],
        2 => Overwrite(sound, RawSafeTensors.LengthBytes((ulong)random.NextInt64())),
        3 => Overwrite(sound, RawSafeTensors.LengthBytes((ulong)random.Next(sound.Length))),
        4 => DamagedFiles.Flip(sound, random, 0, 1),
        5 => DamagedFiles.Flip(sound, random, 8, random.Next(1, 8)),
        6 => RawSafeTensors.Bytes(Numbers(random), new byte[42]),
        7 => RawSafeTensors.Bytes("{" + Repeat("\"a\":{", random.Next(1, 20_000)), new byte[42]),
        8 => RawSafeTensors.Bytes("{\"a\":{\"dtype\":\"U8\",\"shape\":[" + Repeat(random.Next(2) == 0 ? "0," : "[", random.Next(1, 50_000)) + "0],\"data_offsets\":[0,0]}}"),
        _ => RawSafeTensors.Bytes("{" + Repeat("\"\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0,1]},", random.Next(1, 2000)).Replace("\"\":", $"\"{random.Next(4)}\":") + "}", 1),
    };

    private static byte[] Overwrite(byte[] sound, byte[] start) => [.. start, .. sound[start.Length..]];

    private static string Numbers(Random random)
    {
        StringBuilder header = new(Header);
        string[] originals = ["[2,3]", "[0,24]", "[24,32]", "[32,42]", "[5]"];
        string[] extremes = ["-1", "0", "1", "1e9", "4294967296", "9223372036854775807", "18446744073709551616", "null", "\"4\"", "{}"];
        string Pick() => random.Next(3) == 0 ? random.Next(50).ToString() : extremes[random.Next(extremes.Length)];
        header.Replace(originals[random.Next(originals.Length)], $"[{Pick()},{Pick()}]");
        return header.ToString();
    }

    private static string Repeat(string text, int count) => new StringBuilder(text.Length * count).Insert(0, text, count).ToString();
}

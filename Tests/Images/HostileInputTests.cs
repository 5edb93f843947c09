using SegFromScratch.Training.Images;

namespace SegFromScratch.Tests.Images;

/// <summary>Thousands of damaged files: each is read or refused with <see cref="ImageFormatException"/>, soon, and within the memory that
/// the limits allow.</summary>
public class HostileInputTests
{
    private const int Mutations = 2000;

    /// <summary>The limits allow 2^20 pixels; the worst case holds coefficients and samples of four components, and the result.</summary>
    private const long MostBytes = (1L << 20) * 32;

    private static readonly ImageLimits Limits = new() { MaximumPixels = 1 << 20, MaximumScans = 20 };

    [TestCaseSource(nameof(Seeds))]
    public void Damage_never_escapes_as_another_exception(string name, byte[] whole)
    {
        Random random = new(20240607);
        Measure(name, () =>
        {
            byte[] damaged = Mutate(random, whole);
            if (name.StartsWith("png", StringComparison.Ordinal) && random.Next(2) == 0)
                MendChecksums(damaged);
            return damaged;
        });
    }

    [Test]
    public void Damage_behind_intact_compression_never_escapes_either([Values(0, 2, 3, 4, 6)] int colourType, [Values] bool interlaced)
    {
        // Checksums of chunks and of the zlib stream catch nearly all random damage; here both are right.
        Random random = new(colourType);
        int depth = colourType == 3 ? 4 : 8;
        int[] samples = PngDecodingTests.RandomSamples(12 * 10 * TestPng.Channels(colourType), 1 << depth);
        byte[] rows = TestPng.Rows(12, 10, depth, colourType, interlaced, samples);
        byte[] header = TestPng.Header(12, 10, depth, colourType, interlaced);
        (string Type, byte[] Data)[] colours = colourType switch
        {
            0 => [("tRNS", new byte[2])],
            2 => [("tRNS", new byte[6])],
            3 => [("PLTE", new byte[48]), ("tRNS", new byte[16])],
            _ => [],
        };
        byte[] Perhaps(byte[] data) => random.Next(3) == 0 ? Mutate(random, data) : data;
        Measure($"png type {colourType}", () => TestPng.Assemble(
            [("IHDR", Perhaps(header)), .. colours.Select(chunk => (chunk.Type, Perhaps(chunk.Data))), ("IDAT", TestPng.Deflate(Perhaps(rows))), ("IEND", [])]));
    }

    private static void Measure(string name, Func<byte[]> makeDamaged)
    {
        int refused = new DamageTrial<ImageFormatException>(name, Mutations, TimeSpan.FromSeconds(5), _ => MostBytes).Refused(
            _ => makeDamaged(),
            damaged => ImageFile.Read(damaged, name, Limits),
            damaged => ImageFile.ReadMask(damaged, name, Limits),
            damaged => ImageFile.ReadSize(damaged, name, Limits));
        Assert.That(refused, Is.GreaterThan(Mutations / 10), "the damage is real");
    }

    private static byte[] Mutate(Random random, byte[] whole)
    {
        byte[] damaged = [.. whole];
        for (int count = random.Next(1, 6); count > 0; count--)
        {
            int place = random.Next(damaged.Length);
            int length = random.Next(1, Math.Min(17, damaged.Length - place + 1));
            switch (random.Next(6))
            {
                case 0:
                    damaged[place] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    damaged[place] = (byte)random.Next(256);
                    break;
                case 2:
                    damaged[place] = (byte)(random.Next(2) * 255);
                    break;
                case 3 when random.Next(4) == 0 && damaged.Length > 1:
                    damaged = damaged[..random.Next(1, damaged.Length)];
                    break;
                case 4:
                    damaged = [.. damaged[..place], .. damaged.AsSpan(random.Next(damaged.Length - length + 1), length), .. damaged[place..]];
                    break;
                default:
                    damaged = [.. damaged[..place], .. damaged[Math.Min(damaged.Length, place + length)..], 0];
                    break;
            }
        }

        return damaged;
    }

    /// <summary>Makes the checksums right again, as far as the chunks can be followed: else they would catch all other damage.</summary>
    private static void MendChecksums(byte[] file)
    {
        long position = 8;
        while (position + 12 <= file.Length)
        {
            long length = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan((int)position));
            if (position + 12 + length > file.Length)
                return;
            byte[] body = file[(int)(position + 4)..(int)(position + 8 + length)];
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan((int)(position + 8 + length)), TestPng.Checksum(body));
            position += 12 + length;
        }
    }

    private static IEnumerable<TestCaseData> Seeds()
    {
        foreach ((int colourType, int depth) in new[] { (0, 1), (0, 16), (2, 8), (3, 4), (4, 8), (6, 16) })
        {
            foreach (bool interlaced in new[] { false, true })
            {
                int[] samples = PngDecodingTests.RandomSamples(12 * 10 * TestPng.Channels(colourType), 1 << depth);
                (string, byte[])[] extra = colourType == 3 ? [("PLTE", new byte[48]), ("tRNS", [1, 2, 3])] : [];
                yield return Seed($"png type {colourType}, {depth} bits, {(interlaced ? "interlaced" : "plain")}", TestPng.Encode(12, 10, depth, colourType, interlaced, samples, extra));
            }
        }

        yield return Seed("jpeg grey", new TestJpeg { Width = 20, Height = 20 }.Encode());
        yield return Seed("jpeg restarts", new TestJpeg { Width = 40, Height = 30, RestartInterval = 1, Sampling = [(2, 1), (1, 1), (1, 2)], Orientation = 6 }.Encode());
        yield return Seed("jpeg separate", new TestJpeg { Width = 30, Height = 20, Interleaved = false, Sampling = [(2, 2), (1, 1), (1, 1), (2, 2)], AdobeTransform = 2 }.Encode());
        yield return Seed("jpeg bands", new TestJpeg { Width = 30, Height = 20, Progressive = true, RestartInterval = 2, Sampling = [(2, 2), (1, 1), (1, 1)] }.Encode());
        foreach ((string name, string file, _) in JpegFixtures.All)
            yield return Seed($"jpeg {name}", Convert.FromBase64String(file));
    }

    private static TestCaseData Seed(string name, byte[] file) => new TestCaseData(name, file).SetArgDisplayNames(name);
}

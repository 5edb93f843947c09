using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace SegFromScratch.Tests.Images;

/// <summary>A PNG encoder for tests, written apart from the one under test: any colour type, depth and interlacing, every filter in
/// turn, checksums bit by bit. Samples are given unscaled, one number each.</summary>
internal static class TestPng
{
    private static readonly byte[] Signature = [137, 80, 78, 71, 13, 10, 26, 10];

    public static byte[] Encode(int width, int height, int depth, int colourType, bool interlaced, int[] samples, params (string Type, byte[] Data)[] extra)
    {
        byte[] raw = Rows(width, height, depth, colourType, interlaced, samples);
        return Assemble([("IHDR", Header(width, height, depth, colourType, interlaced)), .. extra, ("IDAT", Deflate(raw)), ("IEND", [])]);
    }

    public static byte[] Header(int width, int height, int depth, int colourType, bool interlaced)
    {
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = ((byte)depth, (byte)colourType, interlaced ? (byte)1 : (byte)0);
        return header;
    }

    public static byte[] Assemble(params (string Type, byte[] Data)[] chunks)
    {
        List<byte> file = [.. Signature];
        foreach ((string type, byte[] data) in chunks)
        {
            byte[] body = [.. Encoding.ASCII.GetBytes(type), .. data];
            file.AddRange(BigEndian((uint)data.Length));
            file.AddRange(body);
            file.AddRange(BigEndian(Checksum(body)));
        }

        return [.. file];
    }

    public static byte[] Deflate(byte[] raw)
    {
        using MemoryStream compressed = new();
        using (ZLibStream stream = new(compressed, CompressionLevel.Fastest, leaveOpen: true))
            stream.Write(raw);
        return compressed.ToArray();
    }

    public static int Channels(int colourType) => colourType switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };

    /// <summary>The filtered rows of all passes, before compression.</summary>
    public static byte[] Rows(int width, int height, int depth, int colourType, bool interlaced, int[] samples)
    {
        int channels = Channels(colourType);
        List<byte> raw = [];
        if (!interlaced)
        {
            AddPass(raw, depth, channels, Select(0, 0, 1, 1));
            return [.. raw];
        }

        foreach ((int x, int y, int stepX, int stepY) in new[] { (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2) })
            AddPass(raw, depth, channels, Select(x, y, stepX, stepY));
        return [.. raw];

        List<List<int>> Select(int startX, int startY, int stepX, int stepY)
        {
            List<List<int>> rows = [];
            for (int y = startY; y < height && startX < width; y += stepY)
            {
                List<int> row = [];
                for (int x = startX; x < width; x += stepX)
                {
                    for (int channel = 0; channel < channels; channel++)
                        row.Add(samples[(((y * width) + x) * channels) + channel]);
                }

                rows.Add(row);
            }

            return rows;
        }
    }

    private static void AddPass(List<byte> raw, int depth, int channels, List<List<int>> rows)
    {
        int step = Math.Max(1, depth * channels / 8);
        byte[]? above = null;
        for (int y = 0; y < rows.Count; y++)
        {
            byte[] packed = Pack(rows[y], depth);
            int filter = y % 5;
            raw.Add((byte)filter);
            for (int i = 0; i < packed.Length; i++)
            {
                int a = i >= step ? packed[i - step] : 0;
                int b = above?[i] ?? 0;
                int c = i >= step ? above?[i - step] ?? 0 : 0;
                raw.Add((byte)(packed[i] - new[] { 0, a, b, (a + b) / 2, Paeth(a, b, c) }[filter]));
            }

            above = packed;
        }
    }

    private static byte[] Pack(List<int> row, int depth)
    {
        string bits = string.Concat(row.Select(sample => Convert.ToString(sample, 2).PadLeft(depth, '0')));
        bits = bits.PadRight((bits.Length + 7) / 8 * 8, '0');
        return [.. Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2))];
    }

    private static int Paeth(int a, int b, int c)
    {
        int p = a + b - c;
        return new[] { a, b, c }.MinBy(candidate => Math.Abs(p - candidate));
    }

    private static byte[] BigEndian(uint value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    public static uint Checksum(byte[] data)
    {
        uint remainder = uint.MaxValue;
        foreach (byte value in data)
        {
            remainder ^= value;
            for (int bit = 0; bit < 8; bit++)
                remainder = (remainder & 1) != 0 ? (remainder >> 1) ^ 0xEDB88320u : remainder >> 1;
        }

        return ~remainder;
    }
}

using System.Buffers.Binary;
using System.Text;

namespace SegFromScratch.Tests.TensorBoard;

/// <summary>One field of a protocol-buffer message.</summary>
internal readonly record struct ProtocolField(int Number, int WireType, ulong Value, ReadOnlyMemory<byte> Content)
{
    public double Double => BitConverter.UInt64BitsToDouble(Value);

    public float Single => BitConverter.UInt32BitsToSingle((uint)Value);

    public string Text => Encoding.UTF8.GetString(Content.Span);

    public double[] Doubles => [.. Content.ToArray().Chunk(8).Select(bytes => BitConverter.ToDouble(bytes))];
}

/// <summary>A value of an event, as it is read back.</summary>
internal sealed record EventValue(long Step, string Tag, ProtocolField Field);

/// <summary>Reads event files by hand: a bit-by-bit checksum and a reader of protocol buffers that share nothing with the writer.</summary>
internal static class EventReader
{
    private const uint ReversedPolynomial = 0x82F63B78;

    /// <summary>CRC-32C, one bit at a time.</summary>
    public static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0xFFFFFFFF;
        foreach (byte value in bytes)
        {
            sum ^= value;
            for (int bit = 0; bit < 8; bit++)
                sum = (sum & 1) != 0 ? (sum >> 1) ^ ReversedPolynomial : sum >> 1;
        }

        return sum ^ 0xFFFFFFFF;
    }

    /// <summary>The records of a file; each checksum must be right, and the file must end with a record.</summary>
    public static IEnumerable<byte[]> Records(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        for (int position = 0; position < file.Length;)
        {
            int length = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(position)));
            AssertSum(file.AsSpan(position, 8), file.AsSpan(position + 8));
            byte[] content = file.AsSpan(position + 12, length).ToArray();
            AssertSum(content, file.AsSpan(position + 12 + length));
            position += length + 16;
            yield return content;
        }
    }

    /// <summary>The fields of a message.</summary>
    public static IEnumerable<ProtocolField> Fields(ReadOnlyMemory<byte> message)
    {
        while (!message.IsEmpty)
        {
            ulong key = Varint(ref message), value = 0;
            ReadOnlyMemory<byte> content = default;
            int wireType = (int)(key & 7);
            switch (wireType)
            {
                case 0:
                    value = Varint(ref message);
                    break;
                case 1:
                    value = BinaryPrimitives.ReadUInt64LittleEndian(message.Span);
                    message = message[8..];
                    break;
                case 2:
                    int length = (int)Varint(ref message);
                    (content, message) = (message[..length], message[length..]);
                    break;
                case 5:
                    value = BinaryPrimitives.ReadUInt32LittleEndian(message.Span);
                    message = message[4..];
                    break;
                default:
                    throw new InvalidDataException($"wire type {wireType}");
            }

            yield return new ProtocolField((int)(key >> 3), wireType, value, content);
        }
    }

    /// <summary>All values of all summaries of a folder's files.</summary>
    public static IReadOnlyList<EventValue> Values(string folder)
    {
        List<EventValue> values = [];
        foreach (string path in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
        {
            foreach (byte[] record in Records(path))
            {
                ProtocolField[] fields = [.. Fields(record)];
                long step = (long)fields.FirstOrDefault(field => field.Number == 2).Value;
                foreach (ProtocolField summary in fields.Where(field => field.Number == 5))
                    values.AddRange(Fields(summary.Content).Select(value => ValueOf(step, value)));
            }
        }

        return values;
    }

    private static EventValue ValueOf(long step, ProtocolField value)
    {
        ProtocolField[] parts = [.. Fields(value.Content)];
        return new EventValue(step, parts.Single(part => part.Number == 1).Text, parts.Single(part => part.Number != 1));
    }

    private static void AssertSum(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> stored)
    {
        uint sum = Crc32C(bytes);
        uint masked = unchecked(((sum >> 15) | (sum << 17)) + 0xa282ead8);
        Assert.That(BinaryPrimitives.ReadUInt32LittleEndian(stored), Is.EqualTo(masked));
    }

    private static ulong Varint(ref ReadOnlyMemory<byte> message)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = message.Span[0];
            message = message[1..];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
    }
}

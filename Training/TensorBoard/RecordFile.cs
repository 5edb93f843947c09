using System.Buffers.Binary;

namespace SegFromScratch.Training.TensorBoard;

/// <summary>
/// The framing of TFRecord files. A record is: its length (8 bytes, little-endian), the masked CRC-32C of these 8 bytes (4), the content, and the masked CRC-32C of the content (4).
/// Source: tensorflow/core/lib/io/record_writer.h.
/// </summary>
public static class RecordFile
{
    private const int LengthBytes = sizeof(ulong), SumBytes = sizeof(uint);

    /// <summary>Writes one record.</summary>
    public static void Write(Stream stream, ReadOnlySpan<byte> content)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Span<byte> head = stackalloc byte[LengthBytes + SumBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(head, (ulong)content.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(head[LengthBytes..], Crc32C.Masked(head[..LengthBytes]));
        stream.Write(head);
        stream.Write(content);
        Span<byte> foot = stackalloc byte[SumBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(foot, Crc32C.Masked(content));
        stream.Write(foot);
    }

    /// <summary>The contents of the whole records at the start of a file, up to the first one that is cut short or whose checksum is wrong.</summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Read(ReadOnlyMemory<byte> file)
    {
        List<ReadOnlyMemory<byte>> records = [];
        while (file.Length >= LengthBytes + (2 * SumBytes))
        {
            ReadOnlySpan<byte> bytes = file.Span;
            ulong length = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            if (Crc32C.Masked(bytes[..LengthBytes]) != BinaryPrimitives.ReadUInt32LittleEndian(bytes[LengthBytes..])
                || length > (ulong)(file.Length - LengthBytes - (2 * SumBytes)))
                break;
            ReadOnlyMemory<byte> content = file.Slice(LengthBytes + SumBytes, (int)length);
            file = file[(LengthBytes + SumBytes + (int)length)..];
            if (Crc32C.Masked(content.Span) != BinaryPrimitives.ReadUInt32LittleEndian(file.Span))
                break;
            records.Add(content);
            file = file[SumBytes..];
        }

        return records;
    }
}

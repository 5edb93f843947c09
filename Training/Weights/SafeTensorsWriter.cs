using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using SegFromScratch.Training.Files;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Training.Weights;

/// <summary>Writes safetensors files, the same bytes for the same content.</summary>
public static class SafeTensorsWriter
{
    private const int Alignment = 8;

    // Names stay readable; the header is never put into a web page.
    private static readonly JsonWriterOptions _jsonOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a file as a whole or not at all (see <see cref="AtomicFile"/>).</summary>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="tensors">Names and tensors. They keep their order, but wider elements come first, so that each begins at a multiple of its element size.</param>
    /// <param name="metadata">Strings for <c>__metadata__</c>, written in the order of their keys; null for none.</param>
    /// <exception cref="ArgumentException">A name occurs twice or is <c>__metadata__</c>.</exception>
    /// <exception cref="FileWriteException">The file cannot be written; an old one is untouched.</exception>
    public static void Write(string path, IEnumerable<KeyValuePair<string, WeightTensor>> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        KeyValuePair<string, WeightTensor>[] ordered = [.. tensors.OrderByDescending(tensor => tensor.Value.DataType.Size())];
        HashSet<string> names = new(StringComparer.Ordinal) { SafeTensorsHeader.MetadataName };
        foreach ((string name, _) in ordered)
            if (!names.Add(name))
                throw new ArgumentException($"'{name}' is reserved or occurs twice.", nameof(tensors));
        byte[] header = Header(ordered, metadata);
        AtomicFile.Write(path, stream =>
        {
            stream.Write(header);
            foreach ((_, WeightTensor tensor) in ordered)
                tensor.WriteTo(stream);
        });
    }

    private static byte[] Header(KeyValuePair<string, WeightTensor>[] tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        ArrayBufferWriter<byte> buffer = new();
        buffer.GetSpan(sizeof(ulong))[..sizeof(ulong)].Clear();
        buffer.Advance(sizeof(ulong));
        using (Utf8JsonWriter json = new(buffer, _jsonOptions))
            WriteJson(json, tensors, metadata);

        // Spaces behind the JSON are part of the header: they bring the data to a multiple of 8.
        int padding = (Alignment - (buffer.WrittenCount % Alignment)) % Alignment;
        buffer.GetSpan(Alignment)[..padding].Fill((byte)' ');
        buffer.Advance(padding);
        byte[] header = buffer.WrittenSpan.ToArray();
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)(header.Length - sizeof(ulong)));
        return header;
    }

    private static void WriteJson(Utf8JsonWriter json, KeyValuePair<string, WeightTensor>[] tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        json.WriteStartObject();
        if (metadata is { Count: > 0 })
        {
            json.WriteStartObject(SafeTensorsHeader.MetadataName);
            foreach ((string key, string value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                json.WriteString(key, value);
            json.WriteEndObject();
        }

        long begin = 0;
        foreach ((string name, WeightTensor tensor) in tensors)
        {
            json.WriteStartObject(name);
            json.WriteString("dtype", tensor.DataType.Name());
            WriteNumbers(json, "shape", tensor.Shape);
            WriteNumbers(json, "data_offsets", [begin, begin + tensor.ByteLength]);
            json.WriteEndObject();
            begin += tensor.ByteLength;
        }

        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IReadOnlyList<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (long number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }
}

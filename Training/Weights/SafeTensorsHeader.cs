using System.Text.Json;
using SegFromScratch.Training.Files;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Training.Weights;

/// <summary>
/// Reads the JSON header of a safetensors file: <c>{"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, ...,
/// "__metadata__": {"key": "text"}}</c>. Anything else is refused: two readers of one file must never see different tensors.
/// </summary>
/// <remarks>
/// The tokens are read one by one, without a document tree, so the memory in use stays proportional to the header.
/// Format: https://github.com/huggingface/safetensors#format.
/// </remarks>
internal sealed class SafeTensorsHeader
{
    public const string MetadataName = "__metadata__";

    // The root, one tensor, its list of sizes: nothing in a header nests deeper.
    private const int MaximumDepth = 3;

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly string _file;

    private SafeTensorsHeader(string file) => _file = file;

    /// <summary>The tensors, in the header's order.</summary>
    public List<SafeTensorsEntry> Entries { get; } = [];

    /// <summary>The metadata, in the header's order.</summary>
    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    /// <summary>Reads and checks a header.</summary>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="json">The header without its length.</param>
    /// <param name="dataLength">Bytes behind the header, which the tensors must cover exactly.</param>
    /// <exception cref="WeightFileException">The header breaks a rule.</exception>
    public static SafeTensorsHeader Parse(string file, ReadOnlySpan<byte> json, long dataLength)
    {
        SafeTensorsHeader header = new(file);
        if (json.IsEmpty || json[0] != (byte)'{')
            throw header.Wrong("its header does not begin with '{'; this is not a safetensors file");
        try
        {
            Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = MaximumDepth });
            header.ReadRoot(ref reader);
        }
        catch (JsonException cause)
        {
            string place = cause.BytePositionInLine is { } position ? $" (line {cause.LineNumber + 1}, byte {position + 1})" : "";
            throw new WeightFileException($"'{OneLine.Text(file)}': its header is not the JSON of a safetensors file{place}.", cause);
        }
        catch (InvalidOperationException cause)
        {
            // What Utf8JsonReader.GetString throws on text that is not UTF-8.
            throw new WeightFileException($"'{OneLine.Text(file)}': its header holds text that is not valid UTF-8.", cause);
        }

        header.CheckCoverage(dataLength);
        return header;
    }

    private void ReadRoot(ref Utf8JsonReader reader)
    {
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            if (!_names.Add(name))
                throw Wrong($"'{name}' is in its header twice");
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
                throw Wrong($"'{name}' is not described by an object");
            if (name == MetadataName)
                ReadMetadata(ref reader);
            else
                Entries.Add(ReadEntry(ref reader, name));
        }

        // One more token makes the reader refuse anything but white space behind the root.
        reader.Read();
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
                throw Wrong($"the metadata '{key}' is not a string");
            if (!Metadata.TryAdd(key, reader.GetString()!))
                throw Wrong($"the metadata '{key}' is in its header twice");
        }
    }

    private SafeTensorsEntry ReadEntry(ref Utf8JsonReader reader, string name)
    {
        WeightDataType? type = null;
        long[]? shape = null;
        long[]? offsets = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string member = reader.GetString()!;
            reader.Read();
            switch (member)
            {
                case "dtype" when type is null:
                    type = ReadType(ref reader, name);
                    break;
                case "shape" when shape is null:
                    shape = ReadNumbers(ref reader, name, member);
                    break;
                case "data_offsets" when offsets is null:
                    offsets = ReadNumbers(ref reader, name, member);
                    break;
                case "dtype" or "shape" or "data_offsets":
                    throw WrongTensor(name, $"has '{member}' twice");
                default:
                    throw WrongTensor(name, $"has an unknown member '{member}'");
            }
        }

        if (type is null || shape is null || offsets is null)
            throw WrongTensor(name, $"has no '{(type is null ? "dtype" : shape is null ? "shape" : "data_offsets")}'");
        if (offsets.Length != 2 || offsets[0] > offsets[1])
            throw WrongTensor(name, "needs data_offsets [begin, end] with begin <= end");
        CheckLength(name, type.Value, shape, offsets[1] - offsets[0]);
        return new SafeTensorsEntry(name, type.Value, shape, offsets[0], offsets[1]);
    }

    private WeightDataType ReadType(ref Utf8JsonReader reader, string name)
    {
        if (reader.TokenType != JsonTokenType.String)
            throw WrongTensor(name, "has a dtype that is not a string");
        string text = reader.GetString()!;
        return WeightDataTypes.TryParse(text, out WeightDataType type)
            ? type
            : throw WrongTensor(name, $"has elements of type '{text}', which is not one of {WeightDataTypes.KnownNames}");
    }

    private long[] ReadNumbers(ref Utf8JsonReader reader, string name, string member)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw WrongTensor(name, $"has a {member} that is not a list");
        List<long> numbers = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out long number) || number < 0)
                throw WrongTensor(name, $"has a {member} with something that is not a whole number from 0 to 2^63-1");
            numbers.Add(number);
        }

        return [.. numbers];
    }

    private void CheckLength(string name, WeightDataType type, long[] shape, long length)
    {
        long bytes = type.Size();
        foreach (long size in shape)
        {
            if (size != 0 && bytes > long.MaxValue / size)
                throw WrongTensor(name, $"of shape [{string.Join(", ", shape)}] is larger than a file can be");
            bytes *= size;
        }

        if (bytes != length)
            throw WrongTensor(name, $"of shape [{string.Join(", ", shape)}] and type {type.Name()} needs {bytes} bytes, but its data_offsets span {length}");
    }

    private void CheckCoverage(long dataLength)
    {
        long covered = 0;
        foreach (SafeTensorsEntry entry in Entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End))
        {
            if (entry.Begin < covered)
                throw WrongTensor(entry.Name, "overlaps another tensor");
            if (entry.Begin > covered)
                throw WrongTensor(entry.Name, $"leaves a hole of {entry.Begin - covered} bytes before it");
            if (entry.End > dataLength)
                throw WrongTensor(entry.Name, $"ends at byte {entry.End} of the data, but the file has only {dataLength}: it is cut short");
            covered = entry.End;
        }

        if (covered != dataLength)
            throw Wrong($"{dataLength - covered} bytes at its end belong to no tensor");
    }

    private WeightFileException Wrong(string problem) => new($"'{OneLine.Text(_file)}': {OneLine.Text(problem)}.");

    private WeightFileException WrongTensor(string name, string problem) => Wrong($"the tensor '{OneLine.Text(name)}' {problem}");
}

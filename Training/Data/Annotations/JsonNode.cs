using System.Text.Json;
using SegFromScratch.Training.Files;

namespace SegFromScratch.Training.Data.Annotations;

/// <summary>A value in a JSON file that knows its place, so that whatever is wrong with it can be said in one line.</summary>
internal sealed class JsonNode(string file, string place, JsonElement value)
{
    private const string Mend = "mend or remove it";

    /// <summary>The value itself, for loops over many numbers.</summary>
    public JsonElement Value { get; } = value;

    /// <summary>The file and the place in it.</summary>
    public string Place => place.Length == 0 ? file : $"{file}, {place}";

    public bool IsArray => Value.ValueKind == JsonValueKind.Array;

    public bool IsObject => Value.ValueKind == JsonValueKind.Object;

    public bool IsText => Value.ValueKind == JsonValueKind.String;

    /// <summary>The exception for this place.</summary>
    public DataSetException Error(string problem, string mend = Mend) => new($"{Place}: {problem}; {mend}.");

    /// <summary>A member that may be missing or null.</summary>
    public JsonNode? Find(string name)
    {
        Require(JsonValueKind.Object, "an object");
        return Read(() => Value.TryGetProperty(name, out JsonElement member) && member.ValueKind != JsonValueKind.Null ? Inside(name, member) : null);
    }

    /// <summary>A member that must be there.</summary>
    public JsonNode Get(string name) => Find(name) ?? throw Error($"no '{name}'");

    /// <summary>The elements of an array.</summary>
    public IEnumerable<JsonNode> Items()
    {
        Require(JsonValueKind.Array, "an array");
        return Value.EnumerateArray().Select((item, index) => new JsonNode(file, $"{place}[{index}]", item));
    }

    /// <summary>The members of an object.</summary>
    public IReadOnlyList<(string Name, JsonNode Node)> Members()
    {
        Require(JsonValueKind.Object, "an object");
        return Read<(string, JsonNode)[]>(() => [.. Value.EnumerateObject().Select(member => (member.Name, Inside(member.Name, member.Value)))]);
    }

    /// <summary>The elements of an array, or the values of an object.</summary>
    public IEnumerable<JsonNode> Elements() => IsObject ? Members().Select(member => member.Node) : Items();

    /// <summary>A text.</summary>
    public string Text()
    {
        Require(JsonValueKind.String, "a text");
        return Read(() => Value.GetString()!);
    }

    /// <summary>A number.</summary>
    public double Number()
    {
        Require(JsonValueKind.Number, "a number");
        return Value.GetDouble();
    }

    /// <summary>A whole number of 64 bits; 3.0 counts as one.</summary>
    public long WholeNumber()
    {
        double number = Number();
        return Value.TryGetInt64(out long whole) ? whole
            : Math.Abs(number) < 1L << 53 && number == Math.Floor(number) ? (long)number
            : throw Error($"{OneLine.Text(Value.GetRawText())} is no whole number");
    }

    private void Require(JsonValueKind kind, string what)
    {
        if (Value.ValueKind != kind)
            throw Error($"{what} is due here");
    }

    // A text may be escaped half a character at a time, or be of another encoding. Such a file parses; whoever decodes the text, or looks for a member past it, fails.
    private T Read<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException cause)
        {
            throw new DataSetException($"{Place}: a text here is no Unicode; {Mend}.", cause);
        }
    }

    private JsonNode Inside(string name, JsonElement member) => new(file, place.Length == 0 ? OneLine.Text(name) : $"{place}.{OneLine.Text(name)}", member);
}

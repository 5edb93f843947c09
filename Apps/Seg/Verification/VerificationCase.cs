using System.Text.Json;

namespace SegFromScratch.Apps.Seg.Verification;

/// <summary>One case of a verification file: an operation, its parameters by PyTorch's names, and the names of its tensors.</summary>
/// <param name="Name">The prefix of the case's tensors.</param>
/// <param name="Operation">The operation, by PyTorch's functional name.</param>
/// <param name="Parameters">Its parameters, by PyTorch's names.</param>
/// <param name="Inputs">The input tensors in order.</param>
/// <param name="Outputs">The outputs of a network, by head; empty for operations, whose output is y.</param>
/// <param name="Gradients">The inputs whose gradients are given.</param>
/// <param name="RelativeTolerance">The error allowed as a share of 1 + the largest number.</param>
internal sealed record VerificationCase(
    string Name,
    string Operation,
    JsonElement Parameters,
    IReadOnlyList<string> Inputs,
    IReadOnlyList<string> Outputs,
    IReadOnlyList<string> Gradients,
    double RelativeTolerance)
{
    /// <summary>Reads the list of cases from a file's metadata.</summary>
    /// <exception cref="InvalidDataException">The list is missing or broken.</exception>
    public static IReadOnlyList<VerificationCase> ReadAll(string path, IReadOnlyDictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue("cases", out string? text))
            throw new InvalidDataException($"{path}: the file has no list of cases in its metadata; make one with torch_cases.py");
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return [.. document.RootElement.EnumerateArray().Select(Read)];
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"{path}: the list of cases is broken: {e.Message}", e);
        }
    }

    /// <summary>A whole number.</summary>
    public int Integer(string name) => Parameters.GetProperty(name).GetInt32();

    /// <summary>A number.</summary>
    public float Number(string name) => Parameters.GetProperty(name).GetSingle();

    /// <summary>A switch; false where it is not given.</summary>
    public bool Flag(string name) => Parameters.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.True;

    /// <summary>A word.</summary>
    public string Word(string name) => Parameters.GetProperty(name).GetString() ?? "";

    /// <summary>Whole numbers.</summary>
    public int[] Integers(string name) => [.. Parameters.GetProperty(name).EnumerateArray().Select(value => value.GetInt32())];

    private static VerificationCase Read(JsonElement element) => new(
        element.GetProperty("name").GetString()!,
        element.GetProperty("op").GetString()!,
        element.GetProperty("params").Clone(),
        [.. element.GetProperty("inputs").EnumerateArray().Select(value => value.GetString()!)],
        element.TryGetProperty("outputs", out JsonElement outputs) ? [.. outputs.EnumerateArray().Select(value => value.GetString()!)] : [],
        [.. element.GetProperty("gradients").EnumerateArray().Select(value => value.GetString()!)],
        element.GetProperty("rtol").GetDouble());
}

using System.Text.Json;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Apps.Seg.Benchmarks;

/// <summary>The fields of one case in a case file.</summary>
internal sealed class CaseFields
{
    private readonly JsonElement _element;
    private readonly string _place;

    /// <summary>Takes a case and reads its name.</summary>
    /// <param name="element">The case.</param>
    /// <param name="place">File and kind of work, for messages.</param>
    /// <exception cref="ConfigurationException">It is no object, or has no name.</exception>
    public CaseFields(JsonElement element, string place)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw new ConfigurationException($"{place}: a case must be an object, not {element.GetRawText()}.");
        (_element, _place) = (element, place);
        Name = Text("name");
        _place = $"{place} '{Name}'";
    }

    /// <summary>The case's name.</summary>
    public string Name { get; }

    /// <summary>A text.</summary>
    public string Text(string key) => TextOrNull(key) ?? throw Missing(key, "a text");

    /// <summary>A text that may be missing.</summary>
    public string? TextOrNull(string key) =>
        !_element.TryGetProperty(key, out JsonElement value) ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw Missing(key, "a text");

    /// <summary>A whole number of at least 1.</summary>
    public int Size(string key) => SizeOrNull(key) ?? throw Missing(key, "a whole number of at least 1");

    /// <summary>A whole number of at least 1 that may be missing.</summary>
    public int? SizeOrNull(string key) => WholeOrNull(key, 1);

    /// <summary>A whole number of at least 0.</summary>
    public int Number(string key) => WholeOrNull(key, 0) ?? throw Missing(key, "a whole number of at least 0");

    private int? WholeOrNull(string key, int least) =>
        !_element.TryGetProperty(key, out JsonElement value) ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number >= least ? number
        : throw Missing(key, $"a whole number of at least {least}");

    private ConfigurationException Missing(string key, string expected) => new($"{_place} needs '{key}', {expected}.");
}

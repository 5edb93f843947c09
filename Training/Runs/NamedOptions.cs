using System.Text.Json;
using SegFromScratch.Training.Files;

namespace SegFromScratch.Training.Runs;

/// <summary>
/// A choice by name with settings of its own: a model, a loss, a schedule. Which settings there are is the business of whoever
/// builds what was chosen; the getters give their values, and <see cref="RequireKnown"/> refuses the rest.
/// </summary>
public sealed record NamedOptions
{
    /// <summary>What is chosen, for example <c>unet</c>.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its settings by name, kept in the order of their names; what is not given has its default.</summary>
    public IReadOnlyDictionary<string, JsonElement> Options
    {
        get;
        init => field = new SortedDictionary<string, JsonElement>(value.ToDictionary(), StringComparer.Ordinal);
    } = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);

    /// <summary>The same choice with one setting more or changed.</summary>
    /// <param name="option">The setting's name.</param>
    /// <param name="text">Its value as typed on a command line: JSON (<c>5</c>, <c>true</c>, <c>[6,12]</c>), or else a string.</param>
    public NamedOptions With(string option, string text) =>
        this with { Options = new Dictionary<string, JsonElement>(Options) { [option] = Parse(text) } };

    /// <summary>A whole number.</summary>
    /// <exception cref="ConfigurationException">The value is of another kind.</exception>
    public int GetInt32(string option, int fallback) =>
        Get(option, "a whole number", fallback, value => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) ? number : null);

    /// <summary>A number.</summary>
    /// <exception cref="ConfigurationException">The value is of another kind.</exception>
    public double GetDouble(string option, double fallback) =>
        Get(option, "a number", fallback, value => value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) ? number : null);

    /// <summary>True or false.</summary>
    /// <exception cref="ConfigurationException">The value is of another kind.</exception>
    public bool GetBoolean(string option, bool fallback) =>
        Get(option, "true or false", fallback, value => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : null);

    /// <summary>A string.</summary>
    /// <exception cref="ConfigurationException">The value is of another kind.</exception>
    public string GetString(string option, string fallback) =>
        !Options.TryGetValue(option, out JsonElement value) ? fallback
        : value.ValueKind == JsonValueKind.String ? value.GetString()!
        : throw Wrong(option, "a string", value);

    /// <summary>A list of numbers; an empty list where nothing is given.</summary>
    /// <exception cref="ConfigurationException">The value is of another kind.</exception>
    public IReadOnlyList<double> GetNumbers(string option)
    {
        if (!Options.TryGetValue(option, out JsonElement value))
            return [];
        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.Number))
            throw Wrong(option, "a list of numbers", value);
        return [.. value.EnumerateArray().Select(item => item.GetDouble())];
    }

    /// <summary>Refuses settings that nobody reads: a misspelt one would silently keep its default.</summary>
    /// <param name="known">The settings that there are.</param>
    /// <exception cref="ConfigurationException">There is another.</exception>
    public void RequireKnown(params string[] known)
    {
        if (Options.Keys.FirstOrDefault(option => !known.Contains(option)) is { } unknown)
            throw new ConfigurationException($"'{OneLine.Text(Name)}' has no setting '{OneLine.Text(unknown)}'{NearestName.Hint(unknown, known)}");
    }

    private T Get<T>(string option, string kind, T fallback, Func<JsonElement, T?> read)
        where T : struct =>
        Options.TryGetValue(option, out JsonElement value) ? read(value) ?? throw Wrong(option, kind, value) : fallback;

    private ConfigurationException Wrong(string option, string kind, JsonElement value) =>
        new($"The setting '{OneLine.Text(option)}' of '{OneLine.Text(Name)}' must be {kind}, not {OneLine.Text(value.GetRawText())}.");

    private static JsonElement Parse(string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(text);
        }
    }
}

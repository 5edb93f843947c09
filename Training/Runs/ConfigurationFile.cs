using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using SegFromScratch.Training.Files;

namespace SegFromScratch.Training.Runs;

/// <summary>A <see cref="RunConfiguration"/> as JSON: names in snake_case, every mistake one line that names its place.</summary>
internal static class ConfigurationFile
{
    private static readonly JsonSerializerOptions _options = CreateOptions();

    private static readonly JsonDocumentOptions _documentOptions = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
        AllowDuplicateProperties = false,
    };

    public static string ToJson(RunConfiguration configuration) => JsonSerializer.Serialize(configuration, _options) + "\n";

    public static RunConfiguration Load(string path) => Parse(path, ReadText(path));

    public static RunConfiguration Parse(string path, string text)
    {
        RunConfiguration configuration = Read(path, text);
        try
        {
            configuration.Validate();
            return configuration;
        }
        catch (ConfigurationException cause)
        {
            throw new ConfigurationException($"'{OneLine.Text(path)}': {cause.Message}", cause);
        }
    }

    private static RunConfiguration Read(string path, string text)
    {
        try
        {
            using (JsonDocument document = JsonDocument.Parse(text, _documentOptions))
            {
                RefuseNewer(path, document.RootElement);
                RefuseUnknown(path, document.RootElement, _options.GetTypeInfo(typeof(RunConfiguration)), "");
            }

            return JsonSerializer.Deserialize<RunConfiguration>(text, _options)!;
        }
        catch (JsonException cause)
        {
            string line = cause.LineNumber is { } number ? $", line {number + 1}" : "";
            string? setting = cause.Path?.TrimStart('$', '.');
            throw new ConfigurationException(
                string.IsNullOrEmpty(setting)
                    ? $"'{OneLine.Text(path)}'{line}: this is not valid JSON."
                    : $"'{OneLine.Text(path)}'{line}: the setting '{OneLine.Text(setting)}' has a value of the wrong kind or range.",
                cause);
        }
    }

    private static JsonSerializerOptions CreateOptions()
    {
        JsonSerializerOptions options = new()
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            WriteIndented = true,
            NewLine = "\n",
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            AllowTrailingCommas = true,
            ReadCommentHandling = JsonCommentHandling.Skip,
            AllowDuplicateProperties = false,
            RespectNullableAnnotations = true,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        };
        options.MakeReadOnly();
        return options;
    }

    private static string ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            string reason = cause is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : OneLine.Text(cause.Message);
            throw new ConfigurationException($"'{OneLine.Text(path)}': {reason}.", cause);
        }
    }

    private static void RefuseNewer(string path, JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw new ConfigurationException($"'{OneLine.Text(path)}': a configuration is one JSON object.");
        if (root.TryGetProperty("format", out JsonElement format) && format.GetRawText() != $"{RunConfiguration.CurrentFormat}")
            throw new ConfigurationException($"'{OneLine.Text(path)}': its format is {OneLine.Text(format.GetRawText())}; this program reads format {RunConfiguration.CurrentFormat}.");
    }

    // The serialiser can refuse unknown members too, but its message names .NET types and cannot say what was meant.
    private static void RefuseUnknown(string path, JsonElement element, JsonTypeInfo type, string place)
    {
        if (type.Kind != JsonTypeInfoKind.Object || element.ValueKind != JsonValueKind.Object)
            return;
        foreach (JsonProperty member in element.EnumerateObject())
        {
            JsonPropertyInfo property = type.Properties.FirstOrDefault(known => known.Name == member.Name)
                ?? throw new ConfigurationException(
                    $"'{OneLine.Text(path)}': there is no setting '{place}{OneLine.Text(member.Name)}'{NearestName.Hint(member.Name, [.. type.Properties.Select(known => known.Name)])}");
            RefuseUnknown(path, member.Value, _options.GetTypeInfo(property.PropertyType), $"{place}{member.Name}.");
        }
    }
}

using System.Text.Encodings.Web;
using System.Text.Json;

namespace SegFromScratch.Training.Inspection;

/// <summary>What is in a data set.</summary>
/// <param name="Path">What was opened.</param>
/// <param name="Layout">What was recognised, and how it is divided, in words.</param>
/// <param name="MasksMayOverlap">True: a pixel may have several classes or none.</param>
/// <param name="Parts">Training, validation and, where there is one, test.</param>
/// <param name="Unpaired">Files without counterpart, one line each.</param>
public sealed record DataInspection(string Path, string Layout, bool MasksMayOverlap, IReadOnlyList<PartInspection> Parts, IReadOnlyList<string> Unpaired)
{
    private static readonly JsonSerializerOptions _options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>All figures as indented JSON with names in snake_case.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, _options) + "\n";
}

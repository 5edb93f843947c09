using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using SegFromScratch.Training.Data;
using SegFromScratch.Training.Files;
using SegFromScratch.Training.Weights;

namespace SegFromScratch.Training.Prediction;

/// <summary>What a network's answers mean. Every checkpoint holds it, so that its weights can be used where the data are not.</summary>
/// <param name="Names">One name a class.</param>
/// <param name="Colors">One colour a class, for pictures of masks.</param>
/// <param name="MayOverlap">True where classes are independent: a pixel may have several, or none.</param>
public sealed record NetworkClasses(IReadOnlyList<string> Names, IReadOnlyList<(byte R, byte G, byte B)> Colors, bool MayOverlap)
{
    /// <summary>The name of the checkpoint's note.</summary>
    public const string NoteName = "classes";

    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The classes of a data set.</summary>
    public static NetworkClasses Of(IDataSet dataSet)
    {
        ArgumentNullException.ThrowIfNull(dataSet);
        return new NetworkClasses(dataSet.ClassNames, dataSet.ClassColors, dataSet.IsMultiLabel);
    }

    /// <summary>One line of JSON; colours as <c>#rrggbb</c>.</summary>
    public string ToJson() => JsonSerializer.Serialize(new Note([.. Names], [.. Colors.Select(color => $"#{color.R:x2}{color.G:x2}{color.B:x2}")], MayOverlap), s_json);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <param name="path">The file that it is from, for messages.</param>
    /// <param name="json">The JSON.</param>
    /// <exception cref="WeightFileException">It is damaged.</exception>
    public static NetworkClasses Parse(string path, string json)
    {
        try
        {
            return JsonSerializer.Deserialize<Note>(json, s_json) is { Names.Length: > 0, Colors: { } colors } note && colors.Length == note.Names.Length && !note.Names.Contains(null)
                ? new NetworkClasses(note.Names, Array.ConvertAll(colors, Color), note.MayOverlap)
                : throw new FormatException("a class has a name and a colour");
        }
        catch (Exception cause) when (cause is JsonException or FormatException)
        {
            throw new WeightFileException($"'{OneLine.Text(path)}': its note '{NoteName}' is damaged: it must have a name and a colour for each class.", cause);
        }
    }

    private static (byte R, byte G, byte B) Color(string text)
    {
        int value = text is { Length: 7 } && text[0] == '#' ? int.Parse(text.AsSpan(1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) : throw new FormatException("no colour");
        return ((byte)(value >> 16), (byte)(value >> 8), (byte)value);
    }

    private sealed record Note(string[] Names, string[] Colors, bool MayOverlap);
}

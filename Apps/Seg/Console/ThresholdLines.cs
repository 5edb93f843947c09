using System.Globalization;
using SegFromScratch.Training.Metrics;
using Spectre.Console;

namespace SegFromScratch.Apps.Seg.Console;

/// <summary>Says what makes a pixel belong to a class, wherever that decides about scores or masks.</summary>
internal static class ThresholdLines
{
    /// <summary>Writes one line.</summary>
    /// <param name="thresholds">What is in use.</param>
    /// <param name="names">The classes' names.</param>
    public static void Write(DecisionThresholds thresholds, IReadOnlyList<string> names)
    {
        bool isOne = thresholds.Classes.All(each => each == thresholds.Classes[0]);
        string text = isOne
            ? $"{Describe(thresholds.Classes[0])} for every class"
            : string.Join("; ", thresholds.Classes.Select((each, c) => $"{names[c]} {Describe(each)}"));
        AnsiConsole.MarkupLine($"inside: {Markup.Escape(text)}");
    }

    private static string Describe(ClassThreshold threshold)
    {
        string least = threshold.MinimumArea > 0 ? $", masks of {threshold.MinimumArea} pixels and more" : "";
        string share = threshold.MinimumShare > 0 ? string.Create(CultureInfo.InvariantCulture, $", masks of {threshold.MinimumShare:p2} of the picture and more") : "";
        return string.Create(CultureInfo.InvariantCulture, $"above {threshold.Threshold:g}{least}{share}");
    }
}

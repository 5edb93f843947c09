using System.CommandLine;

namespace SegFromScratch.Apps.Seg.Commands;

/// <summary>Tells what was typed from what is standard: only what was typed goes over a recipe.</summary>
internal static class Given
{
    /// <summary>True if the option was typed.</summary>
    public static bool Is(ParseResult result, Option option) => result.GetResult(option) is { Implicit: false };

    /// <summary>The option's value if it was typed, else another.</summary>
    public static T Or<T>(ParseResult result, Option<T> option, T other) => Is(result, option) ? result.GetValue(option)! : other;
}

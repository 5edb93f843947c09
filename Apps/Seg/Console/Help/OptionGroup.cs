using System.CommandLine;

namespace SegFromScratch.Apps.Seg.Console.Help;

/// <summary>Options that belong together in a command's help.</summary>
/// <param name="Title">What they are about.</param>
/// <param name="Options">The options, the most used first.</param>
internal sealed record OptionGroup(string Title, IReadOnlyList<Option> Options);

using System.CommandLine;
using System.Text.RegularExpressions;
using SegFromScratch.Apps.Seg;

namespace SegFromScratch.Tests.Documentation;

/// <summary>Options that the pages name are options that some command has, or all (<c>--help</c>).</summary>
public sealed partial class OptionNamesTests
{
    // Of the book's program, not of this one.
    private static readonly string[] s_foreign = ["--restore-weights", "--save-dir"];

    [TestCase("faithful.md")]
    [TestCase("training-options.md")]
    public void Every_option_of_a_page_exists(string page)
    {
        using var reader = new StreamReader(typeof(OptionNamesTests).Assembly.GetManifestResourceStream($"Documentation/{page}")!);
        string[] named = [.. OptionName().Matches(reader.ReadToEnd()).Select(match => match.Value).Distinct().Except(s_foreign)];
        RootCommand root = SegCommand.Create();
        string[] known = [.. root.Subcommands.Append(root).SelectMany(command => command.Options).Select(option => option.Name)];
        Assert.That(named, Has.Length.GreaterThan(5));
        Assert.That(named.Except(known), Is.Empty);
    }

    [GeneratedRegex("(?<![-|])--[a-z][a-z-]+")]
    private static partial Regex OptionName();
}

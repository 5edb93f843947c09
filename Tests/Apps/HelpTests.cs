using System.CommandLine;
using SegFromScratch.Apps.Seg;
using SegFromScratch.Apps.Seg.Console;
using SegFromScratch.Apps.Seg.Console.Help;

namespace SegFromScratch.Tests.Apps;

/// <summary>The help of every command.</summary>
public sealed class HelpTests
{
    private static IEnumerable<Command> Commands()
    {
        RootCommand root = SegCommand.Create();
        return root.Subcommands.SelectMany(command => command.Subcommands.Append(command)).Prepend(root);
    }

    [Test]
    public void No_line_is_wider_than_asked([Values(60, 100, 119)] int width)
    {
        foreach (Command command in Commands())
        {
            string longest = Help(command, width).Split('\n').MaxBy(line => line.Length)!;
            Assert.That(longest, Has.Length.LessThanOrEqualTo(width), command.Name);
        }
    }

    [Test]
    public void Every_option_has_a_line_of_its_own_once()
    {
        foreach (Command command in Commands())
        {
            string[] lines = Help(command, 100).Split('\n');
            foreach (Option option in command.Options)
                Assert.That(lines.Count(line => line.StartsWith("  -", StringComparison.Ordinal) && Label(line).Split(' ', ',').Contains(option.Name)), Is.EqualTo(1), $"{command.Name} {option.Name}");
        }

        static string Label(string line) => line.Trim().Split("  ")[0];
    }

    [Test]
    public void Nothing_of_a_description_is_lost_when_it_is_wrapped()
    {
        foreach (Command command in Commands())
        {
            string words = Words(Help(command, 70));
            foreach (string description in command.Options.Select(option => option.Description!).Append(command.Description!))
                Assert.That(words, Does.Contain(Words(description)), command.Name);
        }

        static string Words(string text) => string.Concat(text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    [Test]
    public void Examples_are_lines_that_can_be_typed()
    {
        RootCommand root = SegCommand.Create();
        CommandExample[] examples = [.. root.Subcommands.OfType<GroupedCommand>().SelectMany(command => command.Examples)];
        Assert.That(examples, Is.Not.Empty);
        foreach (CommandExample example in examples)
        {
            Assert.That(example.Line, Does.StartWith("seg "));
            Assert.That(root.Parse(example.Line.Split(' ')[1..]).Errors, Is.Empty, example.Line);
        }
    }

    [Test]
    public void Help_shows_values_and_standards_and_begins_with_what_a_newcomer_needs()
    {
        CommandRun help = CommandRun.Of("train", "--help");
        Assert.That(help.Status, Is.Zero);
        string[] lines = help.Output.Split('\n');
        Assert.That(lines, Has.Some.StartsWith("  --epochs <number>").And.Some.Contains("[default: 8]"));
        Assert.That(lines, Has.Some.StartsWith("  --device <").And.Some.StartsWith("  --flip  "));
        Assert.That(Array.FindIndex(lines, line => line.Contains("--data <")), Is.LessThan(Array.FindIndex(lines, line => line.Contains("--table <"))));
        Assert.That(help.Output, Does.Contain("One of adam, "));
        Assert.That(Array.IndexOf(lines, "Examples:"), Is.GreaterThan(Array.FindLastIndex(lines, line => line.StartsWith("  --", StringComparison.Ordinal))));
    }

    [TestCase("one two  three", 7, "one two|three")]
    [TestCase("one two three", 8, "one two|three")]
    [TestCase("abcdefgh ij", 3, "abc|def|gh|ij")]
    [TestCase("", 5, "")]
    public void Words_are_wrapped_between_them(string text, int width, string expected) =>
        Assert.That(string.Join('|', WordWrap.Lines(text, width)), Is.EqualTo(expected));

    private static string Help(Command command, int width)
    {
        using var output = new StringWriter { NewLine = "\n" };
        new HelpWriter(output, width).Write(command);
        return output.ToString();
    }
}

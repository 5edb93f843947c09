using System.CommandLine;

namespace SegFromScratch.Apps.Seg.Console.Help;

/// <summary>
/// Writes a command's help in lines of a given width: what it does, how it is typed, its arguments, its options and its parts, each with
/// its description in a second column. The library's own help makes the first column as wide as the longest list of values.
/// </summary>
/// <param name="output">Where to write.</param>
/// <param name="width">Characters a line, at least <see cref="LeastWidth"/>.</param>
internal sealed class HelpWriter(TextWriter output, int width)
{
    /// <summary>The narrowest help.</summary>
    public const int LeastWidth = 60;

    private const int Indent = 2;

    // A longer name has its line for itself, and its description begins on the next.
    private const int MostNameWidth = 32;

    private readonly int _width = Math.Max(width, LeastWidth);

    /// <summary>Writes the help of a command.</summary>
    public void Write(Command command)
    {
        ArgumentNullException.ThrowIfNull(command);
        Paragraph(command.Description ?? "", 0);
        output.WriteLine();
        output.WriteLine("Usage:");
        Paragraph(HelpText.Usage(command), Indent);
        Section("Arguments:", command.Arguments.Where(argument => !argument.Hidden).Select(argument => ($"<{HelpText.Name(argument)}>", HelpText.Description(argument))));
        Section("Commands:", command.Subcommands.Where(part => !part.Hidden).Select(part => (part.Name, part.Description ?? "")));
        var grouped = command as GroupedCommand;
        foreach (OptionGroup group in grouped?.Groups ?? [])
            Section($"{group.Title}:", group.Options.Select(Row));
        Option[] others = [.. command.Options.Except(grouped?.Groups.SelectMany(group => group.Options) ?? []), .. HelpText.Inherited(command)];
        Section(grouped is null ? "Options:" : "Other options:", others.Where(option => !option.Hidden).Select(Row));
        Examples(grouped?.Examples ?? []);
    }

    private static (string Name, string Description) Row(Option option) => (HelpText.Label(option), HelpText.Description(option));

    private void Section(string title, IEnumerable<(string Name, string Description)> rows)
    {
        (string Name, string Description)[] all = [.. rows];
        if (all.Length == 0)
            return;
        output.WriteLine();
        output.WriteLine(title);
        int column = Indent + Math.Min(MostNameWidth, all.Max(row => row.Name.Length)) + 2;
        foreach ((string name, string description) in all)
        {
            string[] lines = [.. WordWrap.Lines(description, _width - column)];
            bool isBeside = name.Length + Indent + 2 <= column;
            output.WriteLine((new string(' ', Indent) + (isBeside ? name.PadRight(column - Indent) + lines[0] : name)).TrimEnd());
            foreach (string line in lines.Skip(isBeside ? 1 : 0))
                output.WriteLine(new string(' ', column) + line);
        }
    }

    private void Examples(IReadOnlyList<CommandExample> examples)
    {
        if (examples.Count == 0)
            return;
        output.WriteLine();
        output.WriteLine("Examples:");
        foreach (CommandExample example in examples)
        {
            Paragraph(example.Line, Indent);
            Paragraph(example.Meaning, 3 * Indent);
        }
    }

    private void Paragraph(string text, int indent)
    {
        foreach (string line in WordWrap.Lines(text, _width - indent))
            output.WriteLine(new string(' ', indent) + line);
    }
}

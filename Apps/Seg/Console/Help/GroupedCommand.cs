using System.CommandLine;

namespace SegFromScratch.Apps.Seg.Console.Help;

/// <summary>A command with so many options that its help shows them in groups, and examples below them.</summary>
/// <param name="name">What is typed.</param>
/// <param name="description">What it does.</param>
internal sealed class GroupedCommand(string name, string description) : Command(name, description)
{
    private readonly List<OptionGroup> _groups = [];
    private readonly List<CommandExample> _examples = [];

    /// <summary>The groups in the order of the help.</summary>
    public IReadOnlyList<OptionGroup> Groups => _groups;

    /// <summary>The examples in the order of the help.</summary>
    public IReadOnlyList<CommandExample> Examples => _examples;

    /// <summary>Adds options under a title.</summary>
    /// <param name="title">What they are about.</param>
    /// <param name="options">The options, the most used first.</param>
    public void AddGroup(string title, params IReadOnlyList<Option> options)
    {
        _groups.Add(new OptionGroup(title, options));
        foreach (Option option in options)
            Options.Add(option);
    }

    /// <summary>Adds an example.</summary>
    /// <param name="line">What is typed, as in <c>seg train --data FOLDER</c>.</param>
    /// <param name="meaning">What it does.</param>
    public void AddExample(string line, string meaning) => _examples.Add(new CommandExample(line, meaning));
}

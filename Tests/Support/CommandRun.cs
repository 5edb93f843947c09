using SegFromScratch.Apps.Seg;
using SegFromScratch.Apps.Seg.Console;
using Spectre.Console;

namespace SegFromScratch.Tests.Support;

/// <summary>What a run of the <c>seg</c> command printed. Tests that use it are not parallel: the console is one.</summary>
/// <param name="Status">0 if it went well.</param>
/// <param name="Output">What it printed, tables included.</param>
/// <param name="Error">What it printed as errors.</param>
internal sealed record CommandRun(int Status, string Output, string Error)
{
    /// <summary>The printed lines that are JSON objects.</summary>
    public string[] JsonLines => [.. Output.Split('\n').Where(line => line.StartsWith('{'))];

    public static CommandRun Of(params string[] arguments)
    {
        (TextWriter output, TextWriter error, IAnsiConsole tables) = (Console.Out, Console.Error, AnsiConsole.Console);
        using StringWriter newOutput = new(), newError = new();
        Console.SetOut(newOutput);
        Console.SetError(newError);

        // Spectre keeps the writer that it met first.
        AnsiConsole.Console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(newOutput) });
        try
        {
            return new CommandRun(CommandRunner.Run(SegCommand.Create(), arguments), newOutput.ToString(), newError.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
            AnsiConsole.Console = tables;
        }
    }
}

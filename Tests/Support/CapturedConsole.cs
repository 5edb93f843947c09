using SegFromScratch.Apps.Seg;
using SegFromScratch.Apps.Seg.Console;
using Spectre.Console;

namespace SegFromScratch.Tests.Support;

/// <summary>Runs a command and gives what it printed. Tests that use it must not run beside others: the console is one for all.</summary>
internal static class CapturedConsole
{
    public static (int Status, string Text) Run(params string[] arguments)
    {
        TextWriter before = Console.Out;
        IAnsiConsole tables = AnsiConsole.Console;
        using var output = new StringWriter();
        Console.SetOut(output);

        // Spectre keeps the writer that it met first.
        AnsiConsole.Console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        try
        {
            return (CommandRunner.Run(SegCommand.Create(), arguments), output.ToString());
        }
        finally
        {
            Console.SetOut(before);
            AnsiConsole.Console = tables;
        }
    }
}

using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Spectre.Console;

namespace SegFromScratch.Apps.Seg.Console;

/// <summary>Runs a command so that whatever goes wrong is one clear line and a non-zero status, never a stack trace.</summary>
public static class CommandRunner
{
    /// <summary>The status of a command that was given something it cannot use.</summary>
    public const int Failure = 1;

    /// <summary>The status of a command that was interrupted and has saved its state, as shells have it for Ctrl-C.</summary>
    public const int Interrupted = 130;

    private const int RedirectedWidth = 160;

    /// <summary>How the command is called in help and errors.</summary>
    public const string ProgramName = "seg";

    /// <summary>Set to see where an error came from.</summary>
    public const string TraceVariable = "SEG_TRACE";

    /// <summary>Parses and runs.</summary>
    public static int Run(RootCommand root, string[] arguments)
    {
        ArgumentNullException.ThrowIfNull(root);
        if (System.Console.IsOutputRedirected)
        {
            // A file has no width and no colours.
            AnsiConsole.Profile.Width = RedirectedWidth;
            AnsiConsole.Profile.Capabilities.Ansi = false;
            AnsiConsole.Profile.Capabilities.ColorSystem = ColorSystem.NoColors;
        }

        try
        {
            // Who types the bare name wants to know what there is.
            ParseResult parsed = root.Parse(arguments.Length == 0 ? ["--help"] : arguments);
            if (parsed.Action is ParseErrorAction)
            {
                System.Console.Error.WriteLine($"error: {OneLine(parsed.Errors[0])}");
                return Failure;
            }

            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (Exception e)
        {
            System.Console.Error.WriteLine($"error: {OneLine(e)}");
            if (Environment.GetEnvironmentVariable(TraceVariable) is { Length: > 0 })
                System.Console.Error.WriteLine(e);
            return Failure;
        }
    }

    // The library lists the values that there are one a line, and does not say of which option.
    private static string OneLine(ParseError error)
    {
        string message = string.Join(' ', error.Message.Split((char[])['\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        return error.SymbolResult switch
        {
            OptionResult option => $"{option.Option.Name}: {message}",
            { Parent: OptionResult option } => $"{option.Option.Name}: {message}",
            CommandResult command => $"{message} See '{Path(command)} --help'.",
            _ => message,
        };
    }

    private static string Path(CommandResult command) => command.Parent is CommandResult parent ? $"{Path(parent)} {command.Command.Name}" : ProgramName;

    private static string OneLine(Exception e)
    {
        while (e is AggregateException or System.Reflection.TargetInvocationException && e.InnerException is { } inner)
            e = inner;
        string message = e.Message.ReplaceLineEndings(" ");

        // .NET appends " (Parameter 'x')" to argument errors, which says nothing to the person at the terminal.
        int parameter = e is ArgumentException ? message.LastIndexOf(" (Parameter '", StringComparison.Ordinal) : -1;
        return parameter > 0 ? message[..parameter] : message;
    }
}

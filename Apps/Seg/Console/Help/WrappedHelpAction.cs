using System.CommandLine;
using System.CommandLine.Invocation;

namespace SegFromScratch.Apps.Seg.Console.Help;

/// <summary>Shows the help of the command that was typed, as wide as the terminal and never wider than is easy to read.</summary>
internal sealed class WrappedHelpAction : SynchronousCommandLineAction
{
    private const int MostWidth = 120;
    private const int RedirectedWidth = 100;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        ArgumentNullException.ThrowIfNull(parseResult);
        new HelpWriter(parseResult.InvocationConfiguration.Output, Width()).Write(parseResult.CommandResult.Command);
        return 0;
    }

    // Some consoles write a line end of their own where a line fills them.
    private static int Width() => System.Console.IsOutputRedirected ? RedirectedWidth : Math.Min(MostWidth, System.Console.WindowWidth - 1);
}

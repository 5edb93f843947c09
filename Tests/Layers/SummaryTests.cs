using SegFromScratch.Apps.Seg;
using SegFromScratch.Apps.Seg.Console;
using Spectre.Console;

namespace SegFromScratch.Tests.Layers;

[NonParallelizable]
public sealed class SummaryTests
{
    [TestCase("unet", "4", "800x128", "487,316 trained, 488,788 in all", "input          2x3x128x800, logits 2x4x128x800")]
    [TestCase("unet2015", "2", "572x572", "31,031,810 trained", "logits 2x2x388x388")]
    [TestCase("fcn_resnet50", "21", "520x520", "35,322,218 trained", "152.72 G an image")]
    public void A_summary_states_parameters_and_sizes(string model, string classes, string size, params string[] expected)
    {
        TextWriter before = Console.Out;
        IAnsiConsole tables = AnsiConsole.Console;
        using var output = new StringWriter();
        Console.SetOut(output);

        // Spectre keeps the writer that it met first.
        AnsiConsole.Console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        try
        {
            Assert.That(CommandRunner.Run(SegCommand.Create(), ["summary", "--model", model, "--classes", classes, "--size", size]), Is.Zero);
        }
        finally
        {
            Console.SetOut(before);
            AnsiConsole.Console = tables;
        }

        foreach (string text in expected)
            Assert.That(output.ToString(), Does.Contain(text));
    }
}

using SegFromScratch.Apps.Seg.Console;
using Spectre.Console;

namespace SegFromScratch.Tests.Apps;

/// <summary>Progress in a file: a line now and then.</summary>
[NonParallelizable]
public sealed class ProgressLineTests
{
    [Test]
    public void In_a_file_there_is_at_most_a_line_a_minute()
    {
        IAnsiConsole before = AnsiConsole.Console;
        using var output = new StringWriter();
        AnsiConsole.Console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        var clock = new HandClock();
        try
        {
            int result = ProgressLine.Show("scoring [a]", 10, done =>
            {
                for (int i = 1; i <= 10; i++)
                {
                    clock.Seconds += 25;
                    done(i);
                }

                return 7;
            }, clock);
            Assert.That(result, Is.EqualTo(7));
        }
        finally
        {
            AnsiConsole.Console = before;
        }

        Assert.That(output.ToString().ReplaceLineEndings("\n"), Is.EqualTo("scoring [a]: 3 of 10\nscoring [a]: 6 of 10\nscoring [a]: 9 of 10\n"));
    }

    private sealed class HandClock : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}

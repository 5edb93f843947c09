using Spectre.Console;

namespace SegFromScratch.Apps.Seg.Console;

/// <summary>
/// Shows how far long work is: in a terminal a bar that goes away, in a file a line now and then, so that short work leaves none.
/// </summary>
internal static class ProgressLine
{
    private static readonly TimeSpan s_betweenLines = TimeSpan.FromMinutes(1);

    /// <summary>Does the work.</summary>
    /// <param name="what">What is being done.</param>
    /// <param name="total">How much there is of it.</param>
    /// <param name="work">Does it, and tells how much is done.</param>
    /// <param name="clock">Another clock for lines, for tests.</param>
    /// <returns>What the work gave.</returns>
    public static T Show<T>(string what, int total, Func<Action<int>, T> work, TimeProvider? clock = null)
    {
        if (!AnsiConsole.Profile.Out.IsTerminal)
            return work(Lines(what, total, clock ?? TimeProvider.System));
        return AnsiConsole.Progress().AutoClear(true).Start(context =>
        {
            ProgressTask progress = context.AddTask(Markup.Escape(what), maxValue: total);
            return work(done => progress.Value = done);
        });
    }

    private static Action<int> Lines(string what, int total, TimeProvider clock)
    {
        long last = clock.GetTimestamp();
        return done =>
        {
            if (clock.GetElapsedTime(last) < s_betweenLines)
                return;
            last = clock.GetTimestamp();
            AnsiConsole.MarkupLine($"{Markup.Escape(what)}: {done} of {total}");
        };
    }
}

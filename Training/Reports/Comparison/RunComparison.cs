using System.Globalization;
using System.Text;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Training.Reports.Comparison;

/// <summary>Runs side by side, as tables of text: what they are and how good they became, and the scores of each class.</summary>
/// <param name="runs">The runs, in the order of the rows.</param>
public sealed class RunComparison(IReadOnlyList<ComparedRun> runs)
{
    private const string Missing = "-";

    /// <summary>The runs.</summary>
    public IReadOnlyList<ComparedRun> Runs => runs;

    /// <summary>The columns of <see cref="Rows"/>.</summary>
    public static IReadOnlyList<string> Columns { get; } =
        ["run", "model", "parameters", "data", "loss", "epochs", "best epoch", "metric", "best score", "predicting nothing", "pixel accuracy", "train loss", "s an epoch"];

    /// <summary>The classes of all runs, in the order in which they first occur.</summary>
    public IReadOnlyList<string> ClassNames { get; } = [.. runs.SelectMany(run => run.Summary.ClassNames).Distinct()];

    /// <summary>True where the scores are of different metrics, so that they cannot be compared.</summary>
    public bool MixesMetrics => runs.Select(run => run.Summary.Metric).Where(metric => metric.Length > 0).Distinct().Count() > 1;

    /// <summary>One row a run; what a run does not tell is "-".</summary>
    public IEnumerable<string[]> Rows() => runs.Select(run => RowOf(run.Name, run.Summary));

    /// <summary>The columns of <see cref="ClassRows"/>: class, and the runs.</summary>
    public IReadOnlyList<string> ClassColumns => ["class", .. runs.Select(run => run.Name)];

    /// <summary>One row a class: the score that each run gave it in its best epoch.</summary>
    public IEnumerable<string[]> ClassRows() => ClassNames.Select(name => (string[])[name, .. runs.Select(run => Score(run.ScoreOf(name)))]);

    /// <summary>Everything as one CSV table (RFC 4180): a row a run, the scores of the classes as further columns.</summary>
    public string ToCsv()
    {
        var text = new StringBuilder();
        Append(text, [.. Columns, .. ClassNames.Select(name => $"class {name}")]);
        foreach ((string[] row, ComparedRun run) in Rows().Zip(runs))
            Append(text, [.. row.Select(cell => cell == Missing ? "" : cell), .. ClassNames.Select(name => run.ScoreOf(name) is { } score ? Score(score) : "")]);
        return text.ToString();
    }

    private static string[] RowOf(string name, RunSummary summary)
    {
        EpochSummary? best = summary.BestEpoch;
        double seconds = summary.Epochs.Select(epoch => epoch.Seconds).DefaultIfEmpty().Average();
        return
        [
            name,
            summary.Model,
            summary.TrainedParameters > 0 ? Text($"{summary.TrainedParameters}") : Missing,
            summary.Data,
            summary.Loss,
            Text($"{summary.Epochs.Count}/{summary.PlannedEpochs}"),
            best is null ? Missing : Text($"{best.Epoch}"),
            summary.Metric.Length > 0 ? summary.Metric : Missing,
            Score(best?.Score),
            Score(best?.EmptyScore),
            Score(best?.PixelAccuracy),
            Score(best?.TrainLoss),
            seconds > 0 ? Text($"{seconds:f1}") : Missing,
        ];
    }

    private static void Append(StringBuilder text, string[] cells) =>
        text.Append(string.Join(',', cells.Select(Quoted))).Append("\r\n");

    private static string Quoted(string cell) => cell.AsSpan().ContainsAny(",\"\r\n") ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;

    private static string Score(double? score) => score is { } number ? Text($"{number:f4}") : Missing;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

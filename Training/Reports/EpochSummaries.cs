using System.Globalization;
using SegFromScratch.Training.Metrics;
using SegFromScratch.Training.Runs;
using SegFromScratch.Training.Trainer;

namespace SegFromScratch.Training.Reports;

/// <summary>From a validation to the summary of its epoch.</summary>
internal static class EpochSummaries
{
    /// <summary>Summarises an epoch.</summary>
    public static EpochSummary Of(RunProgress progress, double meanLoss, Evaluation evaluation, TimeSpan duration) => new()
    {
        Epoch = progress.Epoch,
        Step = progress.GlobalStep,
        Seconds = Math.Round(duration.TotalSeconds, 3),
        TrainLoss = meanLoss,
        Score = evaluation.Score,
        EmptyScore = evaluation.EmptyScore,
        PixelAccuracy = evaluation.Confusion?.PixelAccuracy,
        Classes = evaluation.Confusion is { } confusion ? Classes(confusion) : Classes(evaluation.Dice!, evaluation.LayerCounts!),
        Confusion = evaluation.Confusion is { } counts ? Counts(counts) : null,
    };

    /// <summary>The epochs that a run's log names, without the scores of their classes, which are not in it.</summary>
    /// <exception cref="ConfigurationException">A row has no epoch or no score.</exception>
    public static IEnumerable<EpochSummary> OfLog(string path)
    {
        LogTable log = LogTable.Load(path);
        return Enumerable.Range(0, log.Count).Select(row => new EpochSummary
        {
            Epoch = (int)Required(row, "epoch"),
            Step = (long)Required(row, MetricLog.StepColumn),
            TrainLoss = log[row, "train_loss"] ?? double.NaN,
            Score = Required(row, "validation_score"),
            EmptyScore = log[row, "empty_score"],
            PixelAccuracy = log[row, "pixel_accuracy"],
        });

        double Required(int row, string column) => log[row, column]
            ?? throw new ConfigurationException(string.Create(CultureInfo.InvariantCulture, $"'{path}', line {row + 2}: there is no {column} in it."));
    }

    private static ClassScores[] Classes(ConfusionMatrix confusion) =>
        [.. Enumerable.Range(0, confusion.ClassCount).Select(index => new ClassScores(confusion.IoU(index), confusion.Dice(index), confusion.Recall(index), confusion.Precision(index)))];

    private static ClassScores[] Classes(KaggleDice dice, LayerCounts counts) =>
        [.. Enumerable.Range(0, dice.ClassCount).Select(index => new ClassScores(null, dice.ScoreOf(index), counts.Recall(index), counts.Precision(index)))];

    private static long[][] Counts(ConfusionMatrix confusion) =>
        [.. Enumerable.Range(0, confusion.ClassCount).Select(truth => Enumerable.Range(0, confusion.ClassCount).Select(prediction => confusion[truth, prediction]).ToArray())];
}

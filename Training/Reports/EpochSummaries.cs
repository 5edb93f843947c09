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
        Classes = evaluation.Confusion is { } confusion ? Classes(confusion) : Classes(evaluation.Dice!),
        Confusion = evaluation.Confusion is { } counts ? Counts(counts) : null,
    };

    private static ClassScores[] Classes(ConfusionMatrix confusion) =>
        [.. Enumerable.Range(0, confusion.ClassCount).Select(index => new ClassScores(confusion.IoU(index), confusion.Dice(index), confusion.Recall(index), confusion.Precision(index)))];

    private static ClassScores[] Classes(KaggleDice dice) =>
        [.. Enumerable.Range(0, dice.ClassCount).Select(index => new ClassScores(null, dice.ScoreOf(index), null, null))];

    private static long[][] Counts(ConfusionMatrix confusion) =>
        [.. Enumerable.Range(0, confusion.ClassCount).Select(truth => Enumerable.Range(0, confusion.ClassCount).Select(prediction => confusion[truth, prediction]).ToArray())];
}

using SegFromScratch.Training.Data;
using SegFromScratch.Training.Metrics;
using SegFromScratch.Training.Trainer;
using Spectre.Console;

namespace SegFromScratch.Apps.Seg.Console;

/// <summary>Shows scores in the terminal.</summary>
internal static class EvaluationTable
{
    /// <summary>Writes a table of the classes, and the score below it.</summary>
    public static void Write(Evaluation evaluation, IDataSet dataSet, string title)
    {
        if (evaluation.Confusion is { } confusion)
            Write(confusion, dataSet);
        else
            Write(evaluation.Dice!, evaluation.LayerCounts!, dataSet);
        AnsiConsole.MarkupLine($"[bold]{Markup.Escape(title)}: {evaluation.Metric} {evaluation.Score:f4}[/] over {evaluation.Images} pictures");
        if (evaluation.EmptyScore is { } empty)
            AnsiConsole.MarkupLine($"predicting nothing at all: {evaluation.Metric} {empty:f4}");
        foreach ((string name, double score) in evaluation.Scores.Where(score => score.Key != evaluation.Metric))
            AnsiConsole.MarkupLine($"{name} {score:f4}");
    }

    private static void Write(ConfusionMatrix confusion, IDataSet dataSet)
    {
        Table table = new Table().RoundedBorder().AddColumns("class", "IoU", "Dice", "recall", "precision", "share of pixels");
        for (int c = 0; c < confusion.ClassCount; c++)
        {
            double share = confusion.Total == 0 ? 0 : confusion.TruePixels(c) / (double)confusion.Total;
            table.AddRow(Markup.Escape(dataSet.ClassNames[c]), Number(confusion.IoU(c)), Number(confusion.Dice(c)), Number(confusion.Recall(c)), Number(confusion.Precision(c)), $"{share:p2}");
        }

        AnsiConsole.Write(table);
    }

    private static void Write(KaggleDice dice, LayerCounts counts, IDataSet dataSet)
    {
        Table table = new Table().RoundedBorder().AddColumns("class", "mean Dice of images", "IoU", "Dice", "recall", "precision", "share of pixels");
        for (int c = 0; c < dice.ClassCount; c++)
        {
            double share = counts.Pixels == 0 ? 0 : counts.TruePixels(c) / (double)counts.Pixels;
            table.AddRow(Markup.Escape(dataSet.ClassNames[c]), $"{dice.ScoreOf(c):f4}", Number(counts.IoU(c)), Number(counts.Dice(c)), Number(counts.Recall(c)), Number(counts.Precision(c)), $"{share:p2}");
        }

        AnsiConsole.Write(table);
    }

    private static string Number(double? value) => value is { } number ? $"{number:f4}" : "absent";
}

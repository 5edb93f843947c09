using System.Globalization;
using SegFromScratch.Training.Reports.Pictures;
using SegFromScratch.Training.Reports.Svg;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Training.Reports;

/// <summary>Shows a run as a page: curves, scores of the classes, confusion matrix, best and worst pictures, configuration and commands.</summary>
public static class RunReport
{
    private const int RefreshSeconds = 15;
    private const string Blue = "#4f81bd", Orange = "#d9822b", Grey = "#9aa5b1";

    private const double LossMemory = 0.95;

    /// <summary>Makes the page. While the run trains, browsers load it anew every 15 seconds.</summary>
    /// <param name="name">What to call the run.</param>
    /// <param name="summary">What the run is and how it went.</param>
    /// <param name="steps">Its steps.</param>
    /// <param name="configuration">The text of its config.json.</param>
    /// <param name="pictures">What the network says about images of the validation part.</param>
    public static HtmlPage Create(string name, RunSummary summary, StepHistory steps, string configuration, IReadOnlyList<StoredPicture> pictures)
    {
        ArgumentNullException.ThrowIfNull(summary);
        ArgumentNullException.ThrowIfNull(steps);
        ArgumentNullException.ThrowIfNull(pictures);
        var page = new HtmlPage($"Run {name}") { RefreshSeconds = summary.State == RunState.Running ? RefreshSeconds : null };
        AddFacts(page, summary, steps);
        AddCurves(page, summary, steps);
        AddClasses(page, summary);
        AddPictures(page, summary, pictures);
        page.Heading("Configuration");
        page.Preformatted(configuration);
        page.Heading("Commands");
        page.Preformatted(string.Join('\n', summary.Commands));
        return page;
    }

    /// <summary>Writes the page of a run from what is in its folder.</summary>
    /// <exception cref="ConfigurationException">The folder has no summary, or its logs are damaged.</exception>
    /// <exception cref="Files.FileWriteException">The page cannot be written.</exception>
    public static void Write(RunFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        RunSummary summary = RunSummary.Load(folder.SummaryPath);
        Write(folder, summary, StepHistory.Load(folder.StepsCsvPath), StoredPicture.Load(folder, summary));
    }

    /// <summary>Writes the page of a run into its folder, as a whole or not at all.</summary>
    /// <exception cref="Files.FileWriteException">The page cannot be written.</exception>
    public static void Write(RunFolder folder, RunSummary summary, StepHistory steps, IReadOnlyList<StoredPicture> pictures)
    {
        ArgumentNullException.ThrowIfNull(folder);
        HtmlPage page = Create(Path.GetFileName(folder.Path), summary, steps, File.ReadAllText(folder.ConfigurationPath), pictures);
        Files.AtomicFile.WriteText(folder.ReportPath, page.ToString());
    }

    private static void AddFacts(HtmlPage page, RunSummary summary, StepHistory steps)
    {
        long planned = (long)summary.PlannedEpochs * summary.StepsPerEpoch, done = steps.Steps.Count == 0 ? 0 : steps.Steps[^1].Step;
        string state = summary.State switch { RunState.Running => "is running", RunState.Stopped => "was stopped", _ => "is finished" };
        page.Paragraph(Text($"The run {state}: {summary.Epochs.Count} of {summary.PlannedEpochs} epochs, {done:n0} of {planned:n0} steps."));
        List<(string Name, string Value)> rows =
        [
            ("network", Text($"{summary.Model}, {summary.TrainedParameters:n0} trained parameters, {summary.TotalParameters:n0} with running statistics")),
            ("data", Text($"{summary.Data}: {summary.TrainImages:n0} images to train, {summary.ValidationImages:n0} to validate")),
            ("training", $"{summary.Loss}, {summary.Optimizer}, batches of {summary.Batch}"),
            ("device", summary.Device),
        ];
        if (summary.BestEpoch is { } best)
        {
            rows.Add(("best", Text($"{summary.Metric} {best.Score:f4} after epoch {best.Epoch}")));
            if (best.EmptyScore is { } empty)
                rows.Add(("predicting nothing", Text($"{summary.Metric} {empty:f4}")));
            double seconds = summary.Epochs.Average(epoch => epoch.Seconds);
            rows.Add(("an epoch takes", Text($"{seconds:f1} s on average")));
            if (summary.State == RunState.Running && summary.StepsPerEpoch > 0)
                rows.Add(("time left", Text($"about {Math.Ceiling(seconds * (planned - done) / summary.StepsPerEpoch / 60):n0} min")));
        }

        page.Facts(rows);
    }

    private static void AddCurves(HtmlPage page, RunSummary summary, StepHistory steps)
    {
        page.Heading("Curves");
        page.Chart(
            LineChart.Draw("loss of each step", "step", [new("each step", Losses(steps), Grey) { IsFaint = true }, new("running mean", RunningMean(steps), Blue)]),
            "Loss of each step, and its running mean, in which each step weighs 0.95 of the one after it.");
        page.Chart(
            LineChart.Draw("loss of each epoch", "epoch", [new("mean training loss", [.. summary.Epochs.Select(epoch => ((double)epoch.Epoch, epoch.TrainLoss))], Blue)]),
            "Mean training loss of each epoch.");
        if (summary.BestEpoch is { } best)
        {
            List<ChartSeries> scores = [new(summary.Metric, [.. summary.Epochs.Select(epoch => ((double)epoch.Epoch, epoch.Score))], Orange) { Mark = (best.Epoch, best.Score) }];
            if (best.EmptyScore is not null)
                scores.Add(new("predicting nothing", [.. summary.Epochs.Select(epoch => ((double)epoch.Epoch, epoch.EmptyScore ?? double.NaN))], Grey));
            if (best.PixelAccuracy is not null)
                scores.Add(new("pixel accuracy", [.. summary.Epochs.Select(epoch => ((double)epoch.Epoch, epoch.PixelAccuracy ?? double.NaN))], Blue));
            page.Chart(LineChart.Draw("score on validation", "epoch", scores), Text($"Validation after each epoch; the dot is the best {summary.Metric}."));
        }

        page.Chart(
            LineChart.Draw("learning rate", "step", [new("learning rate", [.. steps.Steps.Select(step => ((double)step.Step, step.LearningRate))], Blue)]),
            "Learning rate of each step.");
    }

    private static (double X, double Y)[] Losses(StepHistory steps) => [.. steps.Steps.Select(step => ((double)step.Step, step.Loss))];

    // Divided by the sum of the weights, so that the first steps do not count more than their share.
    private static List<(double X, double Y)> RunningMean(StepHistory steps)
    {
        List<(double X, double Y)> means = new(steps.Steps.Count);
        double sum = 0, weights = 0;
        foreach (StepRecord step in steps.Steps.Where(step => double.IsFinite(step.Loss)))
        {
            sum = (LossMemory * sum) + step.Loss;
            weights = (LossMemory * weights) + 1;
            means.Add((step.Step, sum / weights));
        }

        return means;
    }

    private static void AddClasses(HtmlPage page, RunSummary summary)
    {
        if (summary.Epochs is not [.., var last] || summary.BestEpoch is not { } best)
            return;
        page.Heading("Classes");
        page.Chart(
            LineChart.Draw("score of each class", "epoch", [.. summary.ClassNames.Select((name, index) => new ChartSeries(name, [.. summary.Epochs.Select(epoch => ((double)epoch.Epoch, MainScore(epoch, index) ?? double.NaN))], summary.ClassColors[index]))]),
            best.Confusion is null ? "Mean Dice of each class on validation." : "IoU of each class on validation.");
        foreach (EpochSummary epoch in best == last ? [last] : (EpochSummary[])[best, last])
        {
            page.Subheading(Text($"After epoch {epoch.Epoch}{(epoch == best ? ", the best" : ", the last")}"));
            if (epoch.Confusion is not { } confusion)
            {
                page.Table(
                    ["class", "mean Dice", "recall", "precision"],
                    epoch.Classes.Select((scores, index) => (string[])[summary.ClassNames[index], Score(scores.Dice), Score(scores.Recall), Score(scores.Precision)]));
                continue;
            }

            page.Table(
                ["class", "IoU", "Dice", "recall", "precision"],
                epoch.Classes.Select((scores, index) => (string[])[summary.ClassNames[index], Score(scores.IoU), Score(scores.Dice), Score(scores.Recall), Score(scores.Precision)]));
            page.Chart(MatrixChart.Draw("confusion matrix", summary.ClassNames, confusion), "Confusion matrix: of the pixels of each true class (row), the percentage that was given each class (column). An empty cell has no pixel; point at a cell for its numbers.");
        }
    }

    // An epoch whose summary was lost with a killed process has no classes.
    private static double? MainScore(EpochSummary epoch, int index) => index < epoch.Classes.Count ? epoch.Classes[index].IoU ?? epoch.Classes[index].Dice : null;

    private static void AddPictures(HtmlPage page, RunSummary summary, IReadOnlyList<StoredPicture> pictures)
    {
        if (pictures.Count == 0)
            return;
        page.Heading(Text($"Validation pictures after epoch {pictures[0].Summary.Epoch}"));
        bool masksMayOverlap = summary.Epochs is [.., { Confusion: null }];
        page.Paragraph(
            "From left to right: picture, truth, prediction, difference. " + (masksMayOverlap
                ? "In the difference red is what only the prediction has, blue what only the truth has. The number is the picture's own mean Dice."
                : "In the difference wrong pixels are red, void ones black. A black class is not painted. The number is the picture's own mean IoU."));
        page.Legend(summary.ClassNames.Zip(summary.ClassColors));
        foreach (IGrouping<PictureGroup, StoredPicture> group in pictures.GroupBy(picture => picture.Summary.Group))
        {
            page.Subheading(group.Key switch { PictureGroup.First => "The first", PictureGroup.Best => "The best", _ => "The worst" });
            foreach (StoredPicture picture in group)
                page.Picture(picture.Png.Span, picture.Width, picture.Height, Text($"{picture.Summary.Name}: {picture.Summary.Score:f4}"));
        }
    }

    private static string Score(double? score) => score?.ToString("f4", CultureInfo.InvariantCulture) ?? "absent";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

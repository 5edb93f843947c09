using SegFromScratch.Training.Reports.Svg;
using SegFromScratch.Training.Runs;
using SegFromScratch.Training.Visualization;

namespace SegFromScratch.Training.Reports.Comparison;

/// <summary>Shows runs side by side as a page: tables, and one curve a run.</summary>
public static class ComparisonPage
{
    /// <summary>What is said where metrics differ.</summary>
    public const string MixedMetrics = "The runs were scored by different metrics: their scores cannot be compared.";

    // Told apart on light and on dark pages; more runs than these get generated colours.
    private static readonly (byte R, byte G, byte B)[] s_colors = [(79, 129, 189), (217, 130, 43), (58, 157, 94), (192, 80, 77), (142, 99, 186), (140, 140, 140)];

    /// <summary>Makes the page.</summary>
    /// <param name="comparison">The runs.</param>
    /// <param name="pictures">Pictures as each run sees them; null: none.</param>
    public static HtmlPage Create(RunComparison comparison, IReadOnlyList<ComparedPicture>? pictures = null)
    {
        ArgumentNullException.ThrowIfNull(comparison);
        var page = new HtmlPage("Runs compared");
        if (comparison.MixesMetrics)
            page.Paragraph(MixedMetrics);
        page.Table(RunComparison.Columns, comparison.Rows());
        if (comparison.ClassNames.Count > 0)
        {
            page.Heading("Classes");
            page.Paragraph("In the best epoch of each run: IoU, or the mean Dice over images where masks may overlap.");
            page.Table(comparison.ClassColumns, comparison.ClassRows());
        }

        page.Heading("Curves");
        page.Chart(Curves(comparison, "score on validation", epoch => epoch.Score, marksBest: true), "Score on validation after each epoch; the dot is the best of each run.");
        page.Chart(Curves(comparison, "training loss", epoch => epoch.TrainLoss, marksBest: false), "Mean training loss of each epoch. Losses of different kinds cannot be compared.");
        if (pictures is { Count: > 0 })
        {
            page.Heading("Pictures");
            page.Paragraph("Each picture, its truth where the data of a run have it, and what the best weights of each run predict.");
            foreach (ComparedPicture picture in pictures)
                page.Picture(picture.Sheet, Path.GetFileName(picture.Path));
        }

        return page;
    }

    private static string Curves(RunComparison comparison, string title, Func<EpochSummary, double> value, bool marksBest)
    {
        IReadOnlyList<(byte R, byte G, byte B)> colors = ClassPalette.Complete(s_colors, comparison.Runs.Count);
        return LineChart.Draw(title, "epoch", [.. comparison.Runs.Select((run, index) =>
            new ChartSeries(run.Name, [.. run.Summary.Epochs.Select(epoch => ((double)epoch.Epoch, value(epoch)))], Charts.Css(colors[index]))
            {
                Mark = marksBest && run.Summary.BestEpoch is { } best ? (best.Epoch, value(best)) : null,
            })]);
    }
}

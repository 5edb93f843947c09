using System.Globalization;

namespace SegFromScratch.Training.Reports.Svg;

/// <summary>Draws a confusion matrix: each cell as dark as its share of its row.</summary>
public static class MatrixChart
{
    private const double LabelWidth = 130, LabelHeight = 26, Cell = 44, TextDrop = 5, LargestPlot = 760;
    private const int LongestLabel = 16, MostNumbered = 16;
    private const string Fill = "#4f81bd";

    /// <summary>Draws a matrix.</summary>
    /// <param name="title">What a screen reader says.</param>
    /// <param name="names">The classes.</param>
    /// <param name="counts">Rows are true classes, columns predicted ones.</param>
    public static string Draw(string title, IReadOnlyList<string> names, IReadOnlyList<IReadOnlyList<long>> counts)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(counts);
        double cell = Math.Min(Cell, LargestPlot / Math.Max(1, counts.Count));
        var canvas = new SvgCanvas(LabelWidth + (cell * counts.Count) + TextDrop, LabelHeight + (cell * counts.Count) + TextDrop, title);
        for (int truth = 0; truth < counts.Count; truth++)
        {
            double top = LabelHeight + (truth * cell), sum = counts[truth].Sum();
            canvas.Text(LabelWidth - TextDrop, top + (cell / 2) + TextDrop, Shortened($"{truth} {names[truth]}"), SvgCanvas.Anchor.End);
            canvas.Text(LabelWidth + ((truth + 0.5) * cell), LabelHeight - TextDrop, truth.ToString(CultureInfo.InvariantCulture), SvgCanvas.Anchor.Middle);
            for (int prediction = 0; prediction < counts[truth].Count; prediction++)
            {
                double share = sum > 0 ? counts[truth][prediction] / sum : 0, left = LabelWidth + (prediction * cell);
                canvas.Rectangle(left, top, cell, cell, Fill, share);
                if (counts.Count <= MostNumbered && sum > 0)
                    canvas.Text(left + (cell / 2), top + (cell / 2) + TextDrop, (100 * share).ToString("0", CultureInfo.InvariantCulture), SvgCanvas.Anchor.Middle);
            }
        }

        return canvas.ToString();
    }

    private static string Shortened(string label) => label.Length <= LongestLabel ? label : $"{label[..(LongestLabel - 1)]}\u2026";
}

using System.Globalization;

namespace SegFromScratch.Training.Reports.Svg;

/// <summary>Draws a confusion matrix: each cell as dark as its share of its row.</summary>
public static class MatrixChart
{
    private const double LabelWidth = 130, LetterWidth = 7, Slant = -45, Cell = 44, TextDrop = 5, LargestPlot = 760;
    private const int LongestLabel = 16, MostNumbered = 21;
    private const string Fill = "#4f81bd";

    /// <summary>Draws a matrix.</summary>
    /// <param name="title">What a screen reader says.</param>
    /// <param name="names">The classes.</param>
    /// <param name="counts">Rows are true classes, columns predicted ones.</param>
    public static string Draw(string title, IReadOnlyList<string> names, IReadOnlyList<IReadOnlyList<long>> counts)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(counts);
        string[] labels = [.. names.Select((name, index) => Shortened($"{index} {name}"))];
        double cell = Math.Min(Cell, LargestPlot / Math.Max(1, counts.Count)), plot = cell * counts.Count;

        // The longest name, slanted, is as high as it reaches to the right.
        double labelHeight = TextDrop + (labels.Select(label => label.Length).DefaultIfEmpty().Max() * LetterWidth * Math.Sqrt(0.5)) + (2 * TextDrop);
        var canvas = new SvgCanvas(LabelWidth + plot + labelHeight, labelHeight + plot + TextDrop, title);
        for (int truth = 0; truth < counts.Count; truth++)
        {
            double top = labelHeight + (truth * cell), sum = counts[truth].Sum();
            canvas.Text(LabelWidth - TextDrop, top + (cell / 2) + TextDrop, labels[truth], SvgCanvas.Anchor.End);
            canvas.Text(LabelWidth + ((truth + 0.5) * cell), labelHeight - TextDrop, labels[truth], degrees: Slant);
            for (int prediction = 0; prediction < counts[truth].Count; prediction++)
            {
                long pixels = counts[truth][prediction];
                double share = sum > 0 ? pixels / sum : 0, left = LabelWidth + (prediction * cell);
                canvas.Rectangle(left, top, cell, cell, Fill, share, string.Create(CultureInfo.InvariantCulture, $"{names[truth]} as {names[prediction]}: {pixels:n0} pixels, {share:p2}"));
                if (counts.Count <= MostNumbered && pixels > 0)
                    canvas.Text(left + (cell / 2), top + (cell / 2) + TextDrop, (100 * share).ToString("0", CultureInfo.InvariantCulture), SvgCanvas.Anchor.Middle);
            }
        }

        return canvas.ToString();
    }

    private static string Shortened(string label) => label.Length <= LongestLabel ? label : $"{label[..(LongestLabel - 1)]}\u2026";
}

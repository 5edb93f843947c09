using System.Globalization;

namespace SegFromScratch.Training.Reports.Svg;

/// <summary>One value of a chart.</summary>
/// <param name="Label">What it is the value of.</param>
/// <param name="Value">Not negative.</param>
/// <param name="Text">The value as it is written.</param>
/// <param name="Color">A CSS colour.</param>
public sealed record ChartValue(string Label, double Value, string Text, string Color);

/// <summary>Draws charts as SVG.</summary>
public static class Charts
{
    private const double LabelWidth = 150, BarWidth = 330, TextWidth = 150, RowHeight = 22, BarHeight = 16, Margin = 6;
    private const double Radius = 80;
    private const int LongestLabel = 20;

    /// <summary>A colour as CSS writes it.</summary>
    public static string Css((byte R, byte G, byte B) color) => $"#{color.R:x2}{color.G:x2}{color.B:x2}";

    /// <summary>One horizontal bar a value, the greatest value as long as the chart is wide.</summary>
    /// <param name="title">What a screen reader says.</param>
    /// <param name="values">The values from top to bottom.</param>
    public static string Bars(string title, IReadOnlyList<ChartValue> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        double greatest = values.Select(value => value.Value).DefaultIfEmpty().Max();
        var canvas = new SvgCanvas(LabelWidth + BarWidth + TextWidth, (RowHeight * values.Count) + Margin, title);
        for (int i = 0; i < values.Count; i++)
        {
            double top = (RowHeight * i) + Margin, length = greatest > 0 ? BarWidth * values[i].Value / greatest : 0;
            canvas.Text(LabelWidth - Margin, top + BarHeight - 4, Shortened(values[i].Label), SvgCanvas.Anchor.End);
            canvas.Rectangle(LabelWidth, top, length, BarHeight, values[i].Color);
            canvas.Text(LabelWidth + length + Margin, top + BarHeight - 4, values[i].Text);
        }
        return canvas.ToString();
    }

    /// <summary>A disc whose slices are the values' shares of their sum, with a legend; values of 0 have no slice.</summary>
    /// <param name="title">What a screen reader says.</param>
    /// <param name="values">The values, clockwise from the top.</param>
    public static string Pie(string title, IReadOnlyList<ChartValue> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        double sum = values.Sum(value => value.Value), done = 0, center = Radius + Margin, legend = (2 * center) + RowHeight;
        var canvas = new SvgCanvas(LabelWidth + BarWidth + TextWidth, Math.Max(2 * center, (RowHeight * values.Count) + Margin), title);
        for (int i = 0; i < values.Count; i++)
        {
            double top = (RowHeight * i) + Margin, share = sum > 0 ? values[i].Value / sum : 0;
            if (share > 0)
                canvas.Slice(center, center, Radius, done, done + share, values[i].Color);
            done += share;
            canvas.Rectangle(legend, top, BarHeight, BarHeight, values[i].Color);
            canvas.Text(legend + RowHeight, top + BarHeight - 4, string.Create(CultureInfo.InvariantCulture, $"{Shortened(values[i].Label)}: {values[i].Text} ({share:p1})"));
        }
        return canvas.ToString();
    }

    private static string Shortened(string label) => label.Length <= LongestLabel ? label : $"{label[..(LongestLabel - 1)]}\u2026";
}

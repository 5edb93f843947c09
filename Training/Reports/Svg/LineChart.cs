namespace SegFromScratch.Training.Reports.Svg;

/// <summary>Draws curves over one x axis, with round ticks and a legend.</summary>
public static class LineChart
{
    private const double Width = 640, PlotHeight = 240, Left = 64, Right = 16, Top = 10, Bottom = 40, LegendRow = 20, Swatch = 14;
    private const int XTicks = 8, YTicks = 6, MostPoints = 600, LegendColumns = 3;
    private const double CurveWidth = 1.8, FaintWidth = 0.9, FaintOpacity = 0.8, GridOpacity = 0.2, MarkRadius = 3.5, TextDrop = 4;
    private const string Ink = "currentColor";

    /// <summary>Draws a chart.</summary>
    /// <param name="title">What a screen reader says.</param>
    /// <param name="xLabel">What the x axis counts.</param>
    /// <param name="series">The curves, the first behind; those without a finite point are in the legend only.</param>
    public static string Draw(string title, string xLabel, IReadOnlyList<ChartSeries> series)
    {
        ArgumentNullException.ThrowIfNull(series);
        (double X, double Y)[] points = [.. series.SelectMany(each => each.Points).Where(IsFinite)];
        int legendRows = (series.Count + LegendColumns - 1) / LegendColumns;
        var canvas = new SvgCanvas(Width, Top + PlotHeight + Bottom + (LegendRow * legendRows), title);
        var plot = new Plot(
            AxisTicks.Around(points.Select(point => point.X).DefaultIfEmpty().Min(), points.Select(point => point.X).DefaultIfEmpty(1).Max(), XTicks, leastStep: 1),
            AxisTicks.Around(points.Select(point => point.Y).DefaultIfEmpty().Min(), points.Select(point => point.Y).DefaultIfEmpty(1).Max(), YTicks));
        DrawAxes(canvas, plot, xLabel);
        foreach (ChartSeries each in series)
            DrawSeries(canvas, plot, each.Thinned(MostPoints));
        for (int i = 0; i < series.Count; i++)
        {
            double x = Left + (i % LegendColumns * (Width - Left - Right) / LegendColumns), y = Top + PlotHeight + Bottom + (i / LegendColumns * LegendRow);
            canvas.Rectangle(x, y, Swatch, Swatch, series[i].Color);
            canvas.Text(x + Swatch + TextDrop, y + Swatch - (TextDrop / 2), series[i].Label);
        }

        return canvas.ToString();
    }

    private static void DrawAxes(SvgCanvas canvas, Plot plot, string xLabel)
    {
        foreach (double tick in plot.Y.Values)
        {
            (_, double y) = plot.Place((plot.X.From, tick));
            canvas.Line(Left, y, Width - Right, y, Ink, GridOpacity);
            canvas.Text(Left - TextDrop, y + TextDrop, plot.Y.Text(tick), SvgCanvas.Anchor.End);
        }

        foreach (double tick in plot.X.Values)
        {
            (double x, _) = plot.Place((tick, plot.Y.From));
            canvas.Line(x, Top, x, Top + PlotHeight, Ink, GridOpacity);
            canvas.Text(x, Top + PlotHeight + Swatch, plot.X.Text(tick), SvgCanvas.Anchor.Middle);
        }

        canvas.Text(Left + ((Width - Left - Right) / 2), Top + PlotHeight + (2 * Swatch), xLabel, SvgCanvas.Anchor.Middle);
    }

    private static void DrawSeries(SvgCanvas canvas, Plot plot, ChartSeries series)
    {
        List<(double X, double Y)> piece = [];
        foreach ((double X, double Y) point in series.Points.Append((double.NaN, double.NaN)))
        {
            if (IsFinite(point))
            {
                piece.Add(plot.Place(point));
                continue;
            }

            if (piece.Count == 1)
                canvas.Dot(piece[0].X, piece[0].Y, CurveWidth, series.Color);
            else if (piece.Count > 1)
                canvas.Curve(piece, series.Color, series.IsFaint ? FaintWidth : CurveWidth, series.IsFaint ? FaintOpacity : 1);
            piece.Clear();
        }

        if (series.Mark is { } mark && IsFinite(mark))
        {
            (double x, double y) = plot.Place(mark);
            canvas.Dot(x, y, MarkRadius, series.Color);
        }
    }

    private static bool IsFinite((double X, double Y) point) => double.IsFinite(point.X) && double.IsFinite(point.Y);

    private readonly record struct Plot(AxisTicks X, AxisTicks Y)
    {
        public (double X, double Y) Place((double X, double Y) point) => (
            Left + ((point.X - X.From) / (X.To - X.From) * (Width - Left - Right)),
            Top + PlotHeight - ((point.Y - Y.From) / (Y.To - Y.From) * PlotHeight));
    }
}

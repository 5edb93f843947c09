using System.Globalization;
using SegFromScratch.Training.Reports.Svg;

namespace SegFromScratch.Training.Reports.Diagram;

/// <summary>
/// Draws a network: a box for each part, with channels x rows x columns of what it gives and its trained parameters, and a line for each way that data take. Time goes to the right, and smaller features stand
/// lower; lines that pass over other parts run in the space above a row.
/// </summary>
public sealed class NetworkDiagram
{
    private const double LetterWidth = 7.2, BoxHeight = 56, BoxMargin = 8, LaneGap = 14, ColumnGap = 44, RowGap = 40, Border = 16, TextHeight = 16, LineStep = 6;
    private const int LongestName = 26, ParallelLines = 5;
    private const string EncoderColor = "#4f81bd", OtherColor = "#d9822b", EndColor = "#8c8c8c", LineColor = "#808080", SkipColor = "#3a9d5e";

    private readonly NetworkGraph _graph;
    private readonly DiagramLayout _layout;
    private readonly double[] _columnLeft, _columnWidth, _rowTop;

    private NetworkDiagram(NetworkGraph graph)
    {
        (_graph, _layout) = (graph, new DiagramLayout(graph));
        _columnWidth = [.. Enumerable.Range(0, _layout.Columns).Select(WidthOf)];
        _columnLeft = Starts(_columnWidth, ColumnGap, Border);
        _rowTop = Starts([.. _layout.LanesOfRow.Select(lanes => (lanes * (BoxHeight + LaneGap)) - LaneGap)], RowGap, Border + RowGap);
    }

    /// <summary>Draws a network as one SVG element, which is also a file of its own.</summary>
    /// <param name="title">What the picture is of.</param>
    /// <param name="graph">The network.</param>
    public static string Draw(string title, NetworkGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return new NetworkDiagram(graph).Draw(title);
    }

    private string Draw(string title)
    {
        double width = _columnLeft[^1] + _columnWidth[^1] + Border;
        double bottom = _rowTop[^1] + (_layout.LanesOfRow[^1] * (BoxHeight + LaneGap)) + Border;
        var canvas = new SvgCanvas(width, bottom + (2 * TextHeight), title);
        canvas.Text(Border, Border + 4, title);
        for (int i = 0; i < _graph.Links.Count; i++)
            DrawLink(canvas, i);
        for (int part = 0; part < _graph.Parts.Count; part++)
            DrawPart(canvas, part);
        canvas.Text(Border, bottom + TextHeight, "Blue: encoder. Orange: decoder and heads. Grey: nothing to train. In a box: channels x rows x columns of its output, trained parameters. Green: ways past other parts.");
        return canvas.ToString();
    }

    private void DrawPart(SvgCanvas canvas, int index)
    {
        NetworkPart part = _graph.Parts[index];
        (double left, double top) = Corner(index);
        double width = _columnWidth[_layout.Places[index].Column], middle = left + (width / 2);
        string shape = ShapeOf(part), parameters = part.Parameters > 0 ? $"{Counted(part.Parameters)} parameters" : "";
        canvas.Rectangle(left, top, width, BoxHeight, part.Parameters == 0 ? EndColor : part.IsEncoder ? EncoderColor : OtherColor, 0.25, $"{part.Name}: {shape}{(parameters.Length > 0 ? ", " : "")}{parameters}");
        canvas.Text(middle, top + TextHeight, Shortened(part.Name), SvgCanvas.Anchor.Middle);
        canvas.Text(middle, top + (2 * TextHeight), shape, SvgCanvas.Anchor.Middle);
        canvas.Text(middle, top + (3 * TextHeight), parameters, SvgCanvas.Anchor.Middle);
    }

    // To the space before the next column, up or down in it, and on; past other columns above the upper of the two rows.
    private void DrawLink(SvgCanvas canvas, int index)
    {
        (int from, int to) = _graph.Links[index];
        DiagramPlace start = _layout.Places[from], end = _layout.Places[to];
        (double left, double top) = Corner(from);
        (double targetLeft, double targetTop) = Corner(to);
        double x = left + _columnWidth[start.Column], y = top + (BoxHeight / 2), targetY = targetTop + (BoxHeight / 2), shift = LineStep * (index % ParallelLines);
        if (end.Column == start.Column + 1)
        {
            canvas.Curve([(x, y), (x + (ColumnGap / 2), y), (x + (ColumnGap / 2), targetY), (targetLeft, targetY)], LineColor, 1.5);
            return;
        }

        double above = _rowTop[Math.Min(start.Row, end.Row)] - LineStep - shift, gap = 8 + shift;
        canvas.Curve([(x, y), (x + gap, y), (x + gap, above), (targetLeft - gap, above), (targetLeft - gap, targetY), (targetLeft, targetY)], SkipColor, 1.5);
    }

    private (double Left, double Top) Corner(int part)
    {
        DiagramPlace place = _layout.Places[part];
        return (_columnLeft[place.Column], _rowTop[place.Row] + (place.Lane * (BoxHeight + LaneGap)));
    }

    private double WidthOf(int column) => (2 * BoxMargin) + (LetterWidth * _graph.Parts
        .Where((_, part) => _layout.Places[part].Column == column)
        .Max(part => Math.Max(Shortened(part.Name).Length, Math.Max(ShapeOf(part).Length, part.Parameters > 0 ? Counted(part.Parameters).Length + 11 : 0))));

    private static double[] Starts(double[] sizes, double gap, double first)
    {
        double[] starts = new double[sizes.Length];
        for (int i = 0; i < sizes.Length; i++)
            starts[i] = i == 0 ? first : starts[i - 1] + sizes[i - 1] + gap;
        return starts;
    }

    private static string ShapeOf(NetworkPart part) => string.Create(CultureInfo.InvariantCulture, $"{part.Output.Channels} x {part.Output.Height} x {part.Output.Width}");

    private static string Shortened(string name) => name.Length <= LongestName ? name : $"{name[..(LongestName / 2)]}…{name[^((LongestName / 2) - 1)..]}";

    private static string Counted(long number) =>
        number >= 1_000_000 ? string.Create(CultureInfo.InvariantCulture, $"{number / 1e6:f1} M") : string.Create(CultureInfo.InvariantCulture, $"{number:n0}");
}

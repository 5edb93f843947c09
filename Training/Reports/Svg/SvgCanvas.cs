using System.Globalization;
using System.Net;
using System.Text;

namespace SegFromScratch.Training.Reports.Svg;

/// <summary>
/// Writes an SVG picture for use inside an HTML page (W3C SVG 1.1). Text takes the page's colour, so that a chart is readable on light and dark
/// pages; numbers are written with at most two decimals.
/// </summary>
/// <param name="width">Columns of the picture's own coordinates; the page may show it at another size.</param>
/// <param name="height">Rows.</param>
/// <param name="title">What a screen reader says.</param>
public sealed class SvgCanvas(double width, double height, string title)
{
    private readonly StringBuilder _body = new();

    /// <summary>Where a text stands beside its point.</summary>
    public enum Anchor
    {
        /// <summary>It begins there.</summary>
        Start,

        /// <summary>Its middle is there.</summary>
        Middle,

        /// <summary>It ends there.</summary>
        End,
    }

    /// <summary>A filled rectangle.</summary>
    /// <param name="x">Left edge.</param>
    /// <param name="y">Upper edge.</param>
    /// <param name="rectangleWidth">Columns.</param>
    /// <param name="rectangleHeight">Rows.</param>
    /// <param name="fill">A CSS colour.</param>
    /// <param name="opacity">Of the inside: 0 to 1.</param>
    /// <param name="hint">What is shown when the mouse points at it; null: nothing.</param>
    public void Rectangle(double x, double y, double rectangleWidth, double rectangleHeight, string fill, double opacity = 1, string? hint = null)
    {
        Write($"<rect x=\"{x:0.##}\" y=\"{y:0.##}\" width=\"{rectangleWidth:0.##}\" height=\"{rectangleHeight:0.##}\" fill=\"{WebUtility.HtmlEncode(fill)}\" fill-opacity=\"{opacity:0.##}\" stroke=\"currentColor\" stroke-width=\"0.3\"");
        _body.Append(hint is null ? "/>" : $"><title>{WebUtility.HtmlEncode(hint)}</title></rect>");
    }

    /// <summary>A line of text.</summary>
    /// <param name="x">The anchor's column.</param>
    /// <param name="y">The base line's row.</param>
    /// <param name="text">Any text; it is escaped.</param>
    /// <param name="anchor">Which point of the text is at <paramref name="x"/>.</param>
    /// <param name="degrees">By how much it is turned around that point, clockwise.</param>
    public void Text(double x, double y, string text, Anchor anchor = Anchor.Start, double degrees = 0)
    {
        string name = anchor switch { Anchor.Start => "start", Anchor.Middle => "middle", _ => "end" };
        string turn = degrees == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" transform=\"rotate({degrees:0.##} {x:0.##} {y:0.##})\"");
        Write($"<text x=\"{x:0.##}\" y=\"{y:0.##}\"{turn} text-anchor=\"{name}\" font-size=\"13\" fill=\"currentColor\">{WebUtility.HtmlEncode(text)}</text>");
    }

    /// <summary>A straight line.</summary>
    /// <param name="x1">Column of its beginning.</param>
    /// <param name="y1">Row of its beginning.</param>
    /// <param name="x2">Column of its end.</param>
    /// <param name="y2">Row of its end.</param>
    /// <param name="color">A CSS colour.</param>
    /// <param name="opacity">0 to 1.</param>
    public void Line(double x1, double y1, double x2, double y2, string color, double opacity = 1) =>
        Write($"<line x1=\"{x1:0.##}\" y1=\"{y1:0.##}\" x2=\"{x2:0.##}\" y2=\"{y2:0.##}\" stroke=\"{WebUtility.HtmlEncode(color)}\" stroke-opacity=\"{opacity:0.##}\"/>");

    /// <summary>A line through points.</summary>
    /// <param name="points">Columns and rows.</param>
    /// <param name="color">A CSS colour.</param>
    /// <param name="lineWidth">The line's width.</param>
    /// <param name="opacity">0 to 1.</param>
    public void Curve(IEnumerable<(double X, double Y)> points, string color, double lineWidth, double opacity = 1)
    {
        string places = string.Join(' ', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.X:0.##},{point.Y:0.##}")));
        Write($"<polyline points=\"{places}\" fill=\"none\" stroke=\"{WebUtility.HtmlEncode(color)}\" stroke-width=\"{lineWidth:0.##}\" stroke-opacity=\"{opacity:0.##}\" stroke-linejoin=\"round\"/>");
    }

    /// <summary>A small filled disc.</summary>
    /// <param name="x">Column of the centre.</param>
    /// <param name="y">Row of the centre.</param>
    /// <param name="radius">Radius.</param>
    /// <param name="fill">A CSS colour.</param>
    public void Dot(double x, double y, double radius, string fill) =>
        Write($"<circle cx=\"{x:0.##}\" cy=\"{y:0.##}\" r=\"{radius:0.##}\" fill=\"{WebUtility.HtmlEncode(fill)}\"/>");

    /// <summary>A slice of a disc, clockwise from the top.</summary>
    /// <param name="centerX">Column of the centre.</param>
    /// <param name="centerY">Row of the centre.</param>
    /// <param name="radius">Radius.</param>
    /// <param name="from">Where it begins, as a share of the whole turn.</param>
    /// <param name="to">Where it ends, above <paramref name="from"/>.</param>
    /// <param name="fill">A CSS colour.</param>
    public void Slice(double centerX, double centerY, double radius, double from, double to, string fill)
    {
        // An arc that ends where it begins is drawn as nothing, so a whole turn is a circle.
        if (to - from >= 1)
        {
            Write($"<circle cx=\"{centerX:0.##}\" cy=\"{centerY:0.##}\" r=\"{radius:0.##}\" fill=\"{WebUtility.HtmlEncode(fill)}\" stroke=\"currentColor\" stroke-width=\"0.3\"/>");
            return;
        }
        (double startX, double startY) = At(from);
        (double endX, double endY) = At(to);
        int isLarge = to - from > 0.5 ? 1 : 0;
        Write($"<path d=\"M {centerX:0.##} {centerY:0.##} L {startX:0.##} {startY:0.##} A {radius:0.##} {radius:0.##} 0 {isLarge} 1 {endX:0.##} {endY:0.##} Z\" fill=\"{WebUtility.HtmlEncode(fill)}\" stroke=\"currentColor\" stroke-width=\"0.3\"/>");

        (double X, double Y) At(double turn) => (centerX + (radius * Math.Sin(2 * Math.PI * turn)), centerY - (radius * Math.Cos(2 * Math.PI * turn)));
    }

    /// <summary>The whole picture as an element of a page.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"{width:0.##}\" height=\"{height:0.##}\" viewBox=\"0 0 {width:0.##} {height:0.##}\" font-family=\"sans-serif\"><title>{WebUtility.HtmlEncode(title)}</title>{_body}</svg>");

    private void Write(FormattableString element) => _body.Append(element.ToString(CultureInfo.InvariantCulture));
}

using System.Net;
using System.Text;
using SegFromScratch.Training.Images;

namespace SegFromScratch.Training.Reports;

/// <summary>Builds a page that is one file: no script, no network, pictures inside it. All text is escaped.</summary>
/// <param name="title">The page's title and first heading.</param>
public sealed class HtmlPage(string title)
{
    private const string Style = """
        :root { color-scheme: light dark; }
        body { font: 15px/1.5 sans-serif; max-width: 84em; margin: 2em auto; padding: 0 1em; }
        table { display: inline-table; border-collapse: collapse; margin: .4em 2em .4em 0; vertical-align: top; }
        th, td { padding: .2em .8em; border-bottom: 1px solid #8886; text-align: right; }
        th:first-child, td:first-child { text-align: left; }
        .facts td { text-align: left; }
        figure { display: inline-block; margin: .4em; vertical-align: top; }
        .chart { width: calc(50% - 1.2em); min-width: min(100%, 28em); }
        .chart svg { width: 100%; }
        .legend span { display: inline-block; margin-right: 1.2em; }
        .legend i { display: inline-block; width: .9em; height: .9em; margin-right: .4em; border: 1px solid #8886; vertical-align: -.1em; }
        figcaption { font-size: 12px; max-width: 60em; overflow-wrap: anywhere; }
        svg, img { max-width: 100%; height: auto; }
        pre { overflow: auto; max-height: 40em; padding: .6em; border: 1px solid #8886; font-size: 13px; }
        """;

    private readonly StringBuilder _body = new();

    /// <summary>After how many seconds a browser loads the page anew; null: never.</summary>
    public int? RefreshSeconds { get; set; }

    /// <summary>A heading of the second level.</summary>
    public void Heading(string text) => _body.Append("<h2>").Append(Escape(text)).AppendLine("</h2>");

    /// <summary>A heading of the third level.</summary>
    public void Subheading(string text) => _body.Append("<h3>").Append(Escape(text)).AppendLine("</h3>");

    /// <summary>A paragraph.</summary>
    public void Paragraph(string text) => _body.Append("<p>").Append(Escape(text)).AppendLine("</p>");

    /// <summary>Text whose lines and spaces are kept.</summary>
    public void Preformatted(string text) => _body.Append("<pre>").Append(Escape(text)).AppendLine("</pre>");

    /// <summary>A list with one point a line.</summary>
    public void List(IEnumerable<string> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        _body.Append("<ul>");
        foreach (string line in lines)
            _body.Append("<li>").Append(Escape(line)).Append("</li>");
        _body.AppendLine("</ul>");
    }

    /// <summary>A table; its first column is aligned left, the others right.</summary>
    public void Table(IEnumerable<string> columns, IEnumerable<IEnumerable<string>> rows)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(rows);
        _body.Append("<table><tr>");
        foreach (string column in columns)
            _body.Append("<th>").Append(Escape(column)).Append("</th>");
        _body.AppendLine("</tr>");
        foreach (IEnumerable<string> row in rows)
        {
            _body.Append("<tr>");
            foreach (string cell in row)
                _body.Append("<td>").Append(Escape(cell)).Append("</td>");
            _body.AppendLine("</tr>");
        }
        _body.AppendLine("</table>");
    }

    /// <summary>Names with their values, both aligned left.</summary>
    public void Facts(IEnumerable<(string Name, string Value)> facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        _body.Append("<table class=\"facts\">");
        foreach ((string name, string value) in facts)
            _body.Append("<tr><td>").Append(Escape(name)).Append("</td><td>").Append(Escape(value)).Append("</td></tr>");
        _body.AppendLine("</table>");
    }

    /// <summary>What the colours of pictures stand for.</summary>
    /// <param name="entries">Names with their CSS colours.</param>
    public void Legend(IEnumerable<(string Name, string Color)> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        _body.Append("<p class=\"legend\">");
        foreach ((string name, string color) in entries)
            _body.Append("<span><i style=\"background:").Append(Escape(color)).Append("\"></i>").Append(Escape(name)).Append("</span> ");
        _body.AppendLine("</p>");
    }

    /// <summary>A chart with a caption; two stand side by side where the window is wide enough.</summary>
    /// <param name="svg">An SVG element, as <see cref="Svg.Charts"/> makes it; it is not escaped.</param>
    /// <param name="caption">The caption.</param>
    public void Chart(string svg, string caption) =>
        _body.Append("<figure class=\"chart\">").Append(svg).Append("<figcaption>").Append(Escape(caption)).AppendLine("</figcaption></figure>");

    /// <summary>A picture with a caption, inside the page as a PNG.</summary>
    public void Picture(Image image, string caption)
    {
        ArgumentNullException.ThrowIfNull(image);
        using var png = new MemoryStream();
        ImageFile.WritePng(png, image);
        Picture(png.GetBuffer().AsSpan(0, (int)png.Length), image.Width, image.Height, caption);
    }

    /// <summary>A picture with a caption, inside the page.</summary>
    /// <param name="png">The picture's file.</param>
    /// <param name="width">Its columns.</param>
    /// <param name="height">Its rows.</param>
    /// <param name="caption">The caption.</param>
    public void Picture(ReadOnlySpan<byte> png, int width, int height, string caption) =>
        _body.Append("<figure><img alt=\"").Append(Escape(caption)).Append("\" width=\"").Append(width).Append("\" height=\"").Append(height)
            .Append("\" src=\"data:image/png;base64,").Append(Convert.ToBase64String(png))
            .Append("\"><figcaption>").Append(Escape(caption)).AppendLine("</figcaption></figure>");

    /// <summary>The whole page.</summary>
    public override string ToString() =>
        $"""
        <!DOCTYPE html>
        <html lang="en">
        <head><meta charset="utf-8"><meta name="viewport" content="width=device-width">{Refresh()}<title>{Escape(title)}</title>
        <style>{Style}</style></head>
        <body>
        <h1>{Escape(title)}</h1>
        {_body}</body>
        </html>

        """;

    private string Refresh() => RefreshSeconds is { } seconds ? $"<meta http-equiv=\"refresh\" content=\"{seconds}\">" : "";

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}

using System.Text;

namespace SegFromScratch.Translator.Writing;

/// <summary>Text in lines, indented by four spaces a level.</summary>
internal sealed class CodeText
{
    private readonly StringBuilder _text = new();
    private int _level;

    /// <summary>Adds a line; an empty one stays empty.</summary>
    public void Line(string line = "")
    {
        if (line.Length > 0)
            _text.Append(' ', _level * 4).Append(line);
        _text.Append('\n');
    }

    /// <summary>Adds several lines.</summary>
    public void Lines(string text)
    {
        foreach (string line in text.TrimEnd('\n').Split('\n'))
            Line(line);
    }

    public void Indent() => _level++;

    public void Outdent() => _level--;

    /// <summary>Adds an opening brace.</summary>
    public void Open()
    {
        Line("{");
        Indent();
    }

    /// <summary>Adds a closing brace.</summary>
    public void Close(string brace = "}")
    {
        Outdent();
        Line(brace);
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();
}

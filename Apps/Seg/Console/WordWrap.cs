namespace SegFromScratch.Apps.Seg.Console;

/// <summary>Breaks text into lines between words, and where the text itself has a line end.</summary>
internal static class WordWrap
{
    /// <summary>The lines of a text; a word that is longer than a line is cut.</summary>
    /// <param name="text">Words with white space between them.</param>
    /// <param name="width">Characters a line, at least 1.</param>
    /// <returns>At least one line, empty if the text is.</returns>
    public static IEnumerable<string> Lines(string text, int width)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        return text.Split('\n').SelectMany(paragraph => OfParagraph(paragraph, width));
    }

    private static IEnumerable<string> OfParagraph(string text, int width)
    {
        string line = "";
        foreach (string word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            string rest = word;
            if (line.Length > 0 && line.Length + 1 + rest.Length > width)
            {
                yield return line;
                line = "";
            }

            for (; rest.Length > width; rest = rest[width..])
                yield return rest[..width];
            line = line.Length == 0 ? rest : $"{line} {rest}";
        }

        yield return line;
    }
}

using System.Text;

namespace SegFromScratch.Training.Files;

/// <summary>Makes text from a file fit for one line of a message: names in a damaged file can hold anything.</summary>
internal static class OneLine
{
    private const int MaximumLength = 200;

    /// <summary>The text with control characters and lone surrogates replaced by '?', cut after 200 characters, without closing full stop.</summary>
    public static string Text(string text)
    {
        StringBuilder line = new(Math.Min(text.Length, MaximumLength) + 3);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (line.Length >= MaximumLength)
                return line.Append("...").ToString();
            bool unprintable = Rune.IsControl(rune) || rune.Value is 0x2028 or 0x2029 || rune == Rune.ReplacementChar;
            line.Append(unprintable ? "?" : rune.ToString());
        }

        return line.ToString().TrimEnd('.');
    }
}

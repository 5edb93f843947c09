using System.Globalization;
using SegFromScratch.Training.Files;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Training.Losses;

/// <summary>
/// One term of a loss as it is typed: <c>cross-entropy</c>, <c>0.5*dice</c>, <c>focal:gamma=2,alpha=0.25</c>, <c>dice:squared</c>.
/// A loss is terms joined by <c>+</c>.
/// </summary>
/// <param name="Factor">What the term is multiplied with, above 0.</param>
/// <param name="Loss">Its name and its settings.</param>
public sealed record LossTerm(double Factor, NamedOptions Loss)
{
    /// <summary>How a loss is typed, for help texts.</summary>
    public const string Grammar = "[FACTOR*]NAME[:SETTING=VALUE,...], several joined by +, such as cross-entropy+0.5*dice or focal:gamma=2,alpha=0.25";

    /// <summary>Reads a whole loss.</summary>
    /// <exception cref="ConfigurationException">It is not typed as <see cref="Grammar"/> says.</exception>
    public static IReadOnlyList<LossTerm> ParseSum(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. text.Split('+').Select(term => Parse(term.Trim(), text))];
    }

    private static LossTerm Parse(string term, string whole)
    {
        int star = term.IndexOf('*', StringComparison.Ordinal);
        double factor = star < 0 ? 1 : ReadFactor(term[..star].Trim(), whole);
        string rest = term[(star + 1)..].Trim();
        int colon = rest.IndexOf(':', StringComparison.Ordinal);
        var loss = new NamedOptions { Name = (colon < 0 ? rest : rest[..colon]).Trim() };
        if (loss.Name.Length == 0)
            throw Wrong(whole, "a term has no name");
        if (colon < 0)
            return new LossTerm(factor, loss);
        foreach (string setting in rest[(colon + 1)..].Split(','))
        {
            string[] parts = setting.Split('=', 2, StringSplitOptions.TrimEntries);
            if (parts.Any(part => part.Length == 0))
                throw Wrong(whole, $"'{OneLine.Text(setting)}' is no SETTING=VALUE");
            if (loss.Options.ContainsKey(parts[0]))
                throw Wrong(whole, $"'{OneLine.Text(parts[0])}' is given twice");

            // A setting without a value is a switch that is turned on.
            loss = loss.With(parts[0], parts.Length == 2 ? parts[1] : "true");
        }

        return new LossTerm(factor, loss);
    }

    private static double ReadFactor(string text, string whole) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double factor) && factor > 0 && double.IsFinite(factor)
            ? factor
            : throw Wrong(whole, $"'{OneLine.Text(text)}' is no factor above 0");

    private static ConfigurationException Wrong(string whole, string reason) => new($"loss '{OneLine.Text(whole)}': {reason}; give {Grammar}.");
}

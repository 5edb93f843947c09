using System.Globalization;
using SegFromScratch.Training.Files;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Training.Prediction;

/// <summary>
/// The views of a picture that a network is asked about; its answers are laid back and their probabilities averaged.
/// There is a view for each pair of a scale and a symmetry.
/// </summary>
/// <param name="Symmetries">How the picture is mirrored and turned; no two alike.</param>
/// <param name="Scales">Factors on its sides, above 0; no two alike.</param>
public sealed record TestTimeAugmentation(IReadOnlyList<Symmetry> Symmetries, IReadOnlyList<double> Scales)
{
    /// <summary>How it is typed, for help texts.</summary>
    public const string Grammar = "flip, flip-vertical, rotate (by 90, 180, 270 degrees), scale=0.75/1/1.25, joined by commas";

    private const double SmallestScale = 0.1, LargestScale = 10;

    /// <summary>The picture as it is, and nothing else.</summary>
    public static TestTimeAugmentation None { get; } = new([Symmetry.Identity], [1]);

    /// <summary>How many answers are averaged.</summary>
    public int Views => Symmetries.Count * Scales.Count;

    /// <summary>True where the only view is the picture as it is.</summary>
    public bool IsNone => Symmetries is [{ Transpose: false, FlipX: false, FlipY: false }] && Scales is [1];

    /// <summary>
    /// Reads what was typed. Mirrors and turns are combined with each other: <c>flip,flip-vertical</c> are four views, with <c>rotate</c> all eight symmetries of a square.
    /// </summary>
    /// <exception cref="ConfigurationException">It is not as <see cref="Grammar"/> says.</exception>
    public static TestTimeAugmentation Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        IReadOnlyList<Symmetry> symmetries = None.Symmetries;
        IReadOnlyList<double>? scales = null;
        HashSet<string> seen = [];
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            string name = part.Split('=')[0];
            if (!seen.Add(name))
                throw Wrong(text, $"'{OneLine.Text(name)}' is given twice");
            if (name == "scale")
                scales = ReadScales(part, text);
            else
                symmetries = Combine(symmetries, Generator(part, text));
        }

        return new TestTimeAugmentation(symmetries, scales ?? None.Scales);
    }

    // The powers of a mirror are two, those of a quarter turn four.
    private static Symmetry[] Combine(IReadOnlyList<Symmetry> symmetries, Symmetry generator)
    {
        List<Symmetry> all = [.. symmetries];
        for (Symmetry power = generator; power != Symmetry.Identity; power = power.Then(generator))
            all.AddRange(symmetries.Select(symmetry => symmetry.Then(power)));
        return [.. all.Distinct()];
    }

    private static Symmetry Generator(string name, string text) => name switch
    {
        "flip" => Symmetry.Mirror,
        "flip-vertical" => Symmetry.VerticalMirror,
        "rotate" => Symmetry.QuarterTurn,
        _ => throw Wrong(text, $"'{OneLine.Text(name)}' is no view"),
    };

    private static double[] ReadScales(string part, string text)
    {
        double[] scales = [.. part["scale".Length..].TrimStart('=').Split('/')
            .Select(number => double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double scale) ? scale : double.NaN)];
        return Array.TrueForAll(scales, scale => scale is >= SmallestScale and <= LargestScale) && scales.Distinct().Count() == scales.Length
            ? scales
            : throw Wrong(text, $"'{OneLine.Text(part)}' needs different factors from {SmallestScale} to {LargestScale}, as scale=0.75/1/1.25");
    }

    private static ConfigurationException Wrong(string text, string reason) => new($"test-time augmentation '{OneLine.Text(text)}': {reason}; give {Grammar}.");
}

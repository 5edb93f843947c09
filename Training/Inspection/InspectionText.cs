using System.Globalization;

namespace SegFromScratch.Training.Inspection;

/// <summary>Figures of an inspection in words, the same in the terminal and on the page.</summary>
public static class InspectionText
{
    private const int SizesNamed = 3;

    /// <summary>The most frequent sizes, such as "480x360".</summary>
    public static string Sizes(PartInspection part)
    {
        ArgumentNullException.ThrowIfNull(part);
        if (part.Sizes is [var only])
            return $"{only.Width}x{only.Height}";
        string named = string.Join(", ", part.Sizes.Take(SizesNamed).Select(size => $"{size.Width}x{size.Height} ({size.Images})"));
        return part.Sizes.Count > SizesNamed ? $"{named} and {part.Sizes.Count - SizesNamed} more" : named;
    }

    /// <summary>How many images show nothing, with their share.</summary>
    public static string Empty(PartInspection part)
    {
        ArgumentNullException.ThrowIfNull(part);
        return string.Create(CultureInfo.InvariantCulture, $"{part.EmptyImages} ({part.EmptyImages / (double)Math.Max(1, part.Images):p1})");
    }

    /// <summary>Three numbers with four decimals.</summary>
    public static string Channels(IEnumerable<double> values) => string.Join(", ", values.Select(value => value.ToString("f4", CultureInfo.InvariantCulture)));

    /// <summary>A baseline as a sentence.</summary>
    public static string Of(Baseline baseline)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        return string.Create(CultureInfo.InvariantCulture, $"{baseline.Answer}: {baseline.Metric} {baseline.Score:f4}");
    }
}

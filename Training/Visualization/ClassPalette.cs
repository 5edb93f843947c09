namespace SegFromScratch.Training.Visualization;

/// <summary>Colours for classes that the eye tells apart, on a photograph too.</summary>
public static class ClassPalette
{
    // 9 levels a channel: 729 candidates, more than the 256 classes that a mask can hold.
    private const int Levels = 9;

    // Photographs are full of these; a class in such a colour would not be seen.
    private static readonly (byte R, byte G, byte B)[] _avoided = [(0, 0, 0), (128, 128, 128), (255, 255, 255)];

    /// <summary>Colours for a number of classes, always the same ones.</summary>
    /// <param name="count">Classes, 0 to 256.</param>
    public static IReadOnlyList<(byte R, byte G, byte B)> Generate(int count) => Complete([], count);

    /// <summary>
    /// Given colours, and after them generated ones: each the farthest from all colours before it, from black, grey and white, by the
    /// distance in the CIE L*a*b* space, in which equal distances look equally large.
    /// </summary>
    /// <param name="given">Colours that are kept; one a class from class 0 up.</param>
    /// <param name="count">Classes, 0 to 256.</param>
    /// <returns>At least <paramref name="count"/> colours.</returns>
    public static IReadOnlyList<(byte R, byte G, byte B)> Complete(IReadOnlyList<(byte R, byte G, byte B)> given, int count)
    {
        ArgumentNullException.ThrowIfNull(given);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 256);
        List<(byte R, byte G, byte B)> palette = [.. given];
        (byte R, byte G, byte B)[] candidates = Candidates();
        CieLab[] places = [.. candidates.Select(CieLab.FromRgb)];
        double[] nearest = new double[candidates.Length];
        Array.Fill(nearest, double.PositiveInfinity);
        foreach ((byte R, byte G, byte B) taken in _avoided.Concat(given))
            Take(nearest, places, CieLab.FromRgb(taken));
        while (palette.Count < count)
        {
            int farthest = Array.IndexOf(nearest, nearest.Max());
            palette.Add(candidates[farthest]);
            Take(nearest, places, places[farthest]);
        }

        return palette;
    }

    private static void Take(double[] nearest, CieLab[] places, CieLab taken)
    {
        for (int i = 0; i < nearest.Length; i++)
            nearest[i] = Math.Min(nearest[i], taken.SquaredDistance(places[i]));
    }

    private static (byte R, byte G, byte B)[] Candidates()
    {
        byte[] levels = [.. Enumerable.Range(0, Levels).Select(level => (byte)(level * 255 / (Levels - 1)))];
        return [.. from red in levels from green in levels from blue in levels select (red, green, blue)];
    }
}

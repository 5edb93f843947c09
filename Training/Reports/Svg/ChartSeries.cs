namespace SegFromScratch.Training.Reports.Svg;

/// <summary>One curve of a chart.</summary>
/// <param name="Label">What the legend calls it.</param>
/// <param name="Points">X ascending; where y is NaN or infinite the curve has a gap.</param>
/// <param name="Color">A CSS colour.</param>
public sealed record ChartSeries(string Label, IReadOnlyList<(double X, double Y)> Points, string Color)
{
    /// <summary>True for a curve behind the others: thin and pale.</summary>
    public bool IsFaint { get; init; }

    /// <summary>A point to mark; null: none.</summary>
    public (double X, double Y)? Mark { get; init; }

    /// <summary>At most about so many points: of each run of neighbours the one with the least and the one with the greatest y, so that no peak is lost.</summary>
    public ChartSeries Thinned(int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 2);
        if (Points.Count <= most)
            return this;
        int runs = most / 2;
        List<(double X, double Y)> kept = new(most);
        for (int run = 0; run < runs; run++)
        {
            int from = (int)((long)run * Points.Count / runs), to = (int)((long)(run + 1) * Points.Count / runs);
            int least = from, greatest = from;
            for (int i = from + 1; i < to; i++)
            {
                least = Points[i].Y < Points[least].Y ? i : least;
                greatest = Points[i].Y > Points[greatest].Y ? i : greatest;
            }

            kept.Add(Points[Math.Min(least, greatest)]);
            if (least != greatest)
                kept.Add(Points[Math.Max(least, greatest)]);
        }

        return this with { Points = kept };
    }
}

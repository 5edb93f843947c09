namespace SegFromScratch.Training.Data.Transforms;

/// <summary>For every output position along one axis, the source position whose pixel holds the output pixel's centre.</summary>
internal static class NearestAxis
{
    /// <summary>Position i looks at floor(origin + (i + 1/2) step); -1 where that is outside the source.</summary>
    public static void Fill(Span<int> sources, double origin, double step, bool flip, int sourceLength)
    {
        for (int i = 0; i < sources.Length; i++)
        {
            double centre = origin + ((i + 0.5) * step);
            sources[flip ? sources.Length - 1 - i : i] = centre >= 0 && centre < sourceLength ? (int)centre : -1;
        }
    }
}

namespace SegFromScratch.Training.Data.Transforms;

/// <summary>For every output position along one axis, the source position whose pixel holds the output pixel's centre.</summary>
internal static class NearestAxis
{
    /// <summary>Position i looks at floor(origin + (i + 1/2) step); -1 where that is outside the source, unless it is mirrored.</summary>
    public static void Fill(Span<int> sources, double origin, double step, bool flip, int sourceLength, bool mirror = false)
    {
        for (int i = 0; i < sources.Length; i++)
        {
            double centre = MirrorAxis.Inside(origin + ((i + 0.5) * step), sourceLength, mirror);
            sources[flip ? sources.Length - 1 - i : i] = centre >= 0 && centre < sourceLength ? (int)centre : -1;
        }
    }
}

namespace SegFromScratch.Training.Data.Transforms;

/// <summary>Positions outside an axis, seen in mirrors at its ends.</summary>
internal static class MirrorAxis
{
    /// <summary>The position itself, or, where it is outside and mirrored, the one inside that it shows: -x is seen as x, length + x as length - x.</summary>
    /// <param name="position">Along the axis, which spans 0 to <paramref name="length"/>.</param>
    /// <param name="length">Pixels.</param>
    /// <param name="mirror">False leaves it as it is.</param>
    public static double Inside(double position, int length, bool mirror)
    {
        if (!mirror || (position >= 0 && position < length))
            return position;
        double wrapped = Math.Abs(position) % (2.0 * length);
        double inside = wrapped < length ? wrapped : (2.0 * length) - wrapped;
        return Math.Min(inside, Math.BitDecrement((double)length));
    }
}

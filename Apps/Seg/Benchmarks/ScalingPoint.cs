namespace SegFromScratch.Apps.Seg.Benchmarks;

/// <summary>A training step at one value of what is varied.</summary>
/// <param name="Value">Images, pixels an image, threads, or filters of the first level.</param>
/// <param name="Measurement">What it took.</param>
internal sealed record ScalingPoint(int Value, Measurement Measurement)
{
    /// <summary>Billions of floating-point operations a second.</summary>
    public double Rate => (Measurement.FloatingPointOperations ?? 0) / Measurement.Median / 1e9;

    /// <summary>
    /// The time over what linear growth from another point gives: above 1 is dearer than linear. With threads, which should shorten it, the time over what perfect division gives.
    /// </summary>
    /// <param name="first">The point that counts as right.</param>
    /// <param name="divides">True for threads.</param>
    public double ToLinear(ScalingPoint first, bool divides)
    {
        double growth = Value / (double)first.Value;
        return Measurement.Median / (first.Measurement.Median * (divides ? 1 / growth : growth));
    }
}

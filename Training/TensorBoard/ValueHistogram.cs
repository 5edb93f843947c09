namespace SegFromScratch.Training.TensorBoard;

/// <summary>How often values of each size occur: equally wide buckets from the least to the greatest value, with the sums that TensorBoard shows.</summary>
public sealed record ValueHistogram
{
    /// <summary>Buckets between the least and the greatest value.</summary>
    public const int BucketCount = 30;

    /// <summary>The least finite value.</summary>
    public double Minimum { get; private init; }

    /// <summary>The greatest finite value.</summary>
    public double Maximum { get; private init; }

    /// <summary>Finite values.</summary>
    public long Count { get; private init; }

    /// <summary>Their sum.</summary>
    public double Sum { get; private init; }

    /// <summary>The sum of their squares.</summary>
    public double SumOfSquares { get; private init; }

    /// <summary>The upper end of each bucket; the first begins at the least value.</summary>
    public IReadOnlyList<double> Limits { get; private init; } = [];

    /// <summary>The values in each bucket.</summary>
    public IReadOnlyList<double> Counts { get; private init; } = [];

    /// <summary>Counts values; NaN and infinities are left out.</summary>
    public static ValueHistogram Of(ReadOnlySpan<float> values)
    {
        double minimum = double.PositiveInfinity, maximum = double.NegativeInfinity, sum = 0, squares = 0;
        long count = 0;
        foreach (float value in values)
        {
            if (!float.IsFinite(value))
                continue;
            count++;
            (minimum, maximum) = (Math.Min(minimum, value), Math.Max(maximum, value));
            sum += value;
            squares += (double)value * value;
        }

        if (count == 0)
            return new ValueHistogram();

        // Values that are all equal still need a bucket of some width.
        double width = maximum > minimum ? (maximum - minimum) / BucketCount : 1;
        double[] counts = new double[maximum > minimum ? BucketCount : 1];
        foreach (float value in values)
        {
            if (float.IsFinite(value))
                counts[Math.Min(counts.Length - 1, (int)((value - minimum) / width))]++;
        }

        return new ValueHistogram
        {
            Minimum = minimum,
            Maximum = maximum,
            Count = count,
            Sum = sum,
            SumOfSquares = squares,
            Limits = [.. counts.Select((_, bucket) => minimum + ((bucket + 1) * width))],
            Counts = counts,
        };
    }
}

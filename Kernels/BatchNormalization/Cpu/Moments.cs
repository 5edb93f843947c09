namespace SegFromScratch.Kernels.BatchNormalization.Cpu;

/// <summary>Count, mean and sum of squared deviations of numbers; two of them join into that of all (Chan, Golub, LeVeque 1979).</summary>
/// <param name="Count">How many numbers.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="Squares">The sum of squared deviations from the mean.</param>
internal readonly record struct Moments(double Count, double Mean, double Squares)
{
    /// <summary>From sums about a pivot.</summary>
    public static Moments About(double pivot, double count, double sum, double square) =>
        new(count, pivot + (sum / count), Math.Max(0, square - (sum * sum / count)));

    /// <summary>Of both sets of numbers.</summary>
    public Moments Join(Moments other)
    {
        if (Count == 0)
            return other;
        double count = Count + other.Count;
        double difference = other.Mean - Mean;
        return new Moments(
            count, Mean + (difference * other.Count / count), Squares + other.Squares + (difference * difference * Count * other.Count / count));
    }
}

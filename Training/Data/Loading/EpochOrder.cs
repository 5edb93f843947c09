namespace SegFromScratch.Training.Data.Loading;

/// <summary>The order of samples in each epoch: a function of seed and epoch, so a resumed run meets the samples it would have met.</summary>
internal sealed class EpochOrder
{
    private readonly int[] _order;
    private readonly double[]? _sums;
    private readonly long _seed;
    private readonly bool _shuffle;
    private int _epoch = -1;

    /// <summary>Sets the order up.</summary>
    /// <param name="count">Samples.</param>
    /// <param name="seed">Decides the order.</param>
    /// <param name="shuffle">True: another order every epoch.</param>
    /// <param name="weights">A weight above 0 a sample: samples are then drawn with these chances, each as often as it comes, <paramref name="count"/> an epoch. null: each once.</param>
    /// <exception cref="ArgumentException">The weights are not one above 0 a sample.</exception>
    public EpochOrder(int count, long seed, bool shuffle, IReadOnlyList<double>? weights = null)
    {
        (_order, _seed, _shuffle) = (new int[count], seed, shuffle);
        if (weights is null)
            return;
        if (weights.Count != count || !weights.All(weight => weight > 0 && double.IsFinite(weight)))
            throw new ArgumentException($"{count} samples need as many weights above 0.", nameof(weights));
        double sum = 0;
        _sums = [.. weights.Select(weight => sum += weight)];
    }

    /// <summary>True where a sample may come several times in an epoch.</summary>
    public bool Repeats => _sums is not null;

    /// <summary>The samples of an epoch, valid until another epoch is asked for.</summary>
    public ReadOnlySpan<int> Of(int epoch)
    {
        if (_epoch == epoch)
            return _order;
        SeededRandom random = SeededRandom.For(_seed, epoch);
        if (_sums is null)
        {
            for (int i = 0; i < _order.Length; i++)
                _order[i] = i;
            if (_shuffle)
                random.Shuffle(_order);
        }
        else
        {
            for (int i = 0; i < _order.Length; i++)
                _order[i] = Draw(_sums, random.NextDouble() * _sums[^1]);
        }

        _epoch = epoch;
        return _order;
    }

    // The first sample whose sum is above the point.
    private static int Draw(double[] sums, double point)
    {
        int found = Array.BinarySearch(sums, point);
        return Math.Min(sums.Length - 1, found < 0 ? ~found : found + 1);
    }
}

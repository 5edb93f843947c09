namespace SegFromScratch.Training.Data.Loading;

/// <summary>The order of samples in each epoch: a function of seed and epoch, so a resumed run meets the samples it would have met.</summary>
internal sealed class EpochOrder
{
    private readonly int[] _order;
    private readonly long _seed;
    private readonly bool _shuffle;
    private int _epoch = -1;

    public EpochOrder(int count, long seed, bool shuffle)
    {
        (_order, _seed, _shuffle) = (new int[count], seed, shuffle);
    }

    /// <summary>The samples of an epoch, valid until another epoch is asked for.</summary>
    public ReadOnlySpan<int> Of(int epoch)
    {
        if (_epoch != epoch)
        {
            for (int i = 0; i < _order.Length; i++)
                _order[i] = i;
            if (_shuffle)
            {
                SeededRandom random = SeededRandom.For(_seed, epoch);
                random.Shuffle(_order);
            }
            _epoch = epoch;
        }
        return _order;
    }
}

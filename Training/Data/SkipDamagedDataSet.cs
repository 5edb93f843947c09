namespace SegFromScratch.Training.Data;

/// <summary>
/// A data set that outlives damaged files: in place of a sample that cannot be loaded it gives the next one that can, so a run stays
/// deterministic and no batch gets smaller. A score over such a set counts the stand-ins twice: look at <see cref="Damaged"/>.
/// </summary>
public sealed class SkipDamagedDataSet : IDataSet
{
    private readonly IDataSet _inner;
    private readonly SortedDictionary<int, string> _damaged = [];

    /// <summary>Wraps a data set.</summary>
    public SkipDamagedDataSet(IDataSet inner)
    {
        ArgumentNullException.ThrowIfNull(inner);
        _inner = inner;
    }

    /// <summary>What was wrong with each damaged sample met so far, in the order of the data set.</summary>
    public IReadOnlyList<string> Damaged
    {
        get
        {
            lock (_damaged)
                return [.. _damaged.Values];
        }
    }

    /// <inheritdoc/>
    public string Name => _inner.Name;

    /// <inheritdoc/>
    public int Count => _inner.Count;

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames => _inner.ClassNames;

    /// <inheritdoc/>
    public IReadOnlyList<(byte R, byte G, byte B)> ClassColors => _inner.ClassColors;

    /// <inheritdoc/>
    public int? IgnoreIndex => _inner.IgnoreIndex;

    /// <inheritdoc/>
    public bool IsMultiLabel => _inner.IsMultiLabel;

    /// <inheritdoc/>
    public string NameOf(int index) => _inner.NameOf(index);

    /// <inheritdoc/>
    public string KeyOf(int index) => _inner.KeyOf(index);

    /// <inheritdoc/>
    public (int Width, int Height) SizeOf(int index) => FirstGood(index, _inner.SizeOf);

    /// <inheritdoc/>
    public Sample Load(int index) => FirstGood(index, _inner.Load);

    /// <inheritdoc/>
    public SampleTarget LoadTarget(int index) => FirstGood(index, _inner.LoadTarget);

    /// <inheritdoc/>
    public IReadOnlyList<int> ClassesOf(int index) => FirstGood(index, _inner.ClassesOf);

    private T FirstGood<T>(int index, Func<int, T> read)
    {
        for (int tried = 0; tried < Count; tried++)
        {
            int candidate = (index + tried) % Count;
            if (IsKnownDamaged(candidate))
                continue;
            try
            {
                return read(candidate);
            }
            catch (DataSetException exception)
            {
                lock (_damaged)
                    _damaged[candidate] = exception.Message;
            }
        }
        throw new DataSetException($"{Name}: all {Count} samples are damaged; the first: {Damaged[0]}");
    }

    private bool IsKnownDamaged(int index)
    {
        lock (_damaged)
            return _damaged.ContainsKey(index);
    }
}

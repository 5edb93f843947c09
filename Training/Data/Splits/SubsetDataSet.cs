namespace SegFromScratch.Training.Data.Splits;

/// <summary>Some samples of a data set, in an order of their own.</summary>
internal sealed class SubsetDataSet : IDataSet
{
    private readonly IDataSet _whole;
    private readonly int[] _chosen;

    /// <summary>Chooses samples.</summary>
    /// <param name="whole">The data set.</param>
    /// <param name="chosen">Numbers of its samples.</param>
    /// <param name="name">What messages call the part.</param>
    /// <exception cref="DataSetException">There is no sample.</exception>
    public SubsetDataSet(IDataSet whole, int[] chosen, string name)
    {
        (_whole, _chosen, Name) = (whole, chosen, name);
        if (chosen.Length == 0)
            throw new DataSetException($"{name}: no image in it.");
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Count => _chosen.Length;

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames => _whole.ClassNames;

    /// <inheritdoc/>
    public IReadOnlyList<(byte R, byte G, byte B)> ClassColors => _whole.ClassColors;

    /// <inheritdoc/>
    public int? IgnoreIndex => _whole.IgnoreIndex;

    /// <inheritdoc/>
    public bool IsMultiLabel => _whole.IsMultiLabel;

    /// <inheritdoc/>
    public string NameOf(int index) => _whole.NameOf(_chosen[index]);

    /// <inheritdoc/>
    public string KeyOf(int index) => _whole.KeyOf(_chosen[index]);

    /// <inheritdoc/>
    public (int Width, int Height) SizeOf(int index) => _whole.SizeOf(_chosen[index]);

    /// <inheritdoc/>
    public Sample Load(int index) => _whole.Load(_chosen[index]);

    /// <inheritdoc/>
    public SampleTarget LoadTarget(int index) => _whole.LoadTarget(_chosen[index]);

    /// <inheritdoc/>
    public IReadOnlyList<int> ClassesOf(int index) => _whole.ClassesOf(_chosen[index]);
}

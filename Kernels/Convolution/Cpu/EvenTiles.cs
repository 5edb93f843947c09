namespace SegFromScratch.Kernels.Convolution.Cpu;

/// <summary>
/// A row of pixels in as few tiles as possible, whose lengths differ by one at most, the longer ones first.
/// A tile may be a few hundred cycles of work: two divisions for each would be seen.
/// </summary>
internal readonly struct EvenTiles
{
    private readonly int _length;
    private readonly int _longer;

    /// <summary>Cuts a row.</summary>
    /// <param name="width">Its pixels.</param>
    /// <param name="most">The most pixels of a tile.</param>
    public EvenTiles(int width, int most)
    {
        Count = (width + most - 1) / most;
        if (Count > 0)
            (_length, _longer) = (width / Count, width % Count);
    }

    /// <summary>The number of tiles.</summary>
    public int Count { get; }

    /// <summary>The pixels of a tile.</summary>
    public int Length(int tile) => tile < _longer ? _length + 1 : _length;
}

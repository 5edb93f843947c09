namespace SegFromScratch.Kernels.Cpu;

/// <summary>
/// Which results are written around the caches, straight to memory: what does not fit the last cache. Such a line need not be read first and pushes
/// out none that will be found again. Where all of two tensors nearly fits, a cache that always drops what was used longest ago drops everything before it
/// is used again; so a share of the results goes around and the rest stays. Where rows are written side by side, the share is some of these:
/// then memory and cache take stores at the same time. Of 26 MB, half around by whole tickets took 0.33 ms, by rows 0.25 (docs/performance.md).
/// </summary>
internal readonly struct StoresAround
{
    // Measured with 32 MiB of third-level cache that other machines use too. A third less than what fits when they do not: 20 MB all through it took
    // 0.27 to 0.59 ms, half around 0.30 to 0.36, all around 0.27 to 0.41.
    private const double CachedBytes = 14 << 20;

    // Results alone: of 26 MB none of it is kept. In comparisons of 5 runs after other work, half around took 0.36 to 0.96 ms, all around 0.53 to 0.73.
    private const double CachedResultBytes = 12 << 20;

    private readonly double _share;

    /// <summary>Decides for an operation.</summary>
    /// <param name="source">What is read.</param>
    /// <param name="destination">What is written.</param>
    /// <param name="gradientFollows">True in training, where the destination's gradient, as large, goes through the caches too before the source is needed again.</param>
    public StoresAround(in ChannelPlanes source, in ChannelPlanes destination, bool gradientFollows = false)
    {
        double written = Bytes(destination), gradient = gradientFollows ? written : 0;
        double around = Math.Max(Bytes(source) + written + gradient - CachedBytes, 2 * (written - CachedResultBytes));
        _share = Math.Clamp(around / Math.Max(1, written), 0, 1);
    }

    /// <summary>Whether a ticket's results, or a row's, are of them: where tickets are written one after the other.</summary>
    public bool Of(int ticket) => Math.Floor((ticket + 1) * _share) > Math.Floor(ticket * _share);

    /// <summary>How many of some rows that are written side by side are of them: what goes to memory and what stays then run at the same time.</summary>
    public int Rows(int rows) => (int)Math.Round(rows * _share);

    /// <summary>Whether there is any such result.</summary>
    public bool Any => _share > 0;

    private static double Bytes(in ChannelPlanes tensor) => (double)tensor.Batch * tensor.Image * sizeof(float);
}

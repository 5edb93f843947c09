namespace SegFromScratch.Kernels.Cpu;

/// <summary>
/// Which tickets write their results around the caches, straight to memory: what does not fit the last cache. Such a line need not be read first and pushes
/// out none that will be found again. Where all of two tensors nearly fits, a cache that always drops what was used longest ago drops everything before it
/// is used again; so a share of the tickets, spread evenly, goes around and the rest stays.
/// </summary>
internal readonly struct StoresAround
{
    // Measured with 32 MiB of third-level cache. 20 MB of source and destination run twice as fast through it, 52 MB a third slower.
    private const double CachedBytes = 20 << 20;

    // Results alone get less: what goes to the cache and what goes to memory then run side by side. Of 26 MB from a small source, all through the cache took
    // 0.42 to 0.62 ms with memory idle and 1.2 to 1.5 with memory busy, three quarters 0.42 to 0.45 and 1.1 to 1.3, half 0.46 to 0.56 and 0.8 to 1.0, none 0.5 and 1.0.
    private const double CachedResultBytes = 10 << 20;

    private readonly double _share;

    /// <summary>Decides for an operation.</summary>
    /// <param name="source">What is read.</param>
    /// <param name="destination">What is written.</param>
    /// <param name="gradientFollows">True in training, where the destination's gradient, as large, goes through the caches too before the source is needed again.</param>
    public StoresAround(in ChannelPlanes source, in ChannelPlanes destination, bool gradientFollows = false)
    {
        double written = Bytes(destination), gradient = gradientFollows ? written : 0;
        double around = Math.Max(Bytes(source) + written + gradient - CachedBytes, written - CachedResultBytes);
        _share = Math.Clamp(around / Math.Max(1, written), 0, 1);
    }

    /// <summary>Whether a ticket is one of them.</summary>
    public bool Of(int ticket) => Math.Floor((ticket + 1) * _share) > Math.Floor(ticket * _share);

    private static double Bytes(in ChannelPlanes tensor) => (double)tensor.Batch * tensor.Image * sizeof(float);
}

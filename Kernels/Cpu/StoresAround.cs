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

    private readonly double _share;

    /// <summary>Decides for an operation.</summary>
    /// <param name="source">What is read.</param>
    /// <param name="destination">What is written.</param>
    public StoresAround(in ChannelPlanes source, in ChannelPlanes destination)
    {
        double written = Bytes(destination);
        _share = Math.Clamp((Bytes(source) + written - CachedBytes) / Math.Max(1, written), 0, 1);
    }

    /// <summary>Whether a ticket is one of them.</summary>
    public bool Of(int ticket) => Math.Floor((ticket + 1) * _share) > Math.Floor(ticket * _share);

    private static double Bytes(in ChannelPlanes tensor) => (double)tensor.Batch * tensor.Image * sizeof(float);
}

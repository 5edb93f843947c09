namespace SegFromScratch.Engine.Devices;

/// <summary>Builds programs or takes them from the cache, and counts which. A driver may refuse what another version of it left there: then the program is built anew.</summary>
/// <param name="cache">Where compiled programs are kept.</param>
internal sealed class KernelBuilds(KernelCache cache)
{
    /// <summary>How many programs were compiled from their text, and how many came from the cache.</summary>
    public (int Compiled, int FromCache) Counts { get; private set; }

    /// <summary>The driver's handle of a program.</summary>
    /// <param name="key">The cache's key.</param>
    /// <param name="load">Gives the driver what was in the cache: a handle, or 0 if the driver refuses it.</param>
    /// <param name="build">Compiles the text: the handle and what to keep, null where the driver does not give its programs away.</param>
    public nint Get(string key, Func<byte[], nint> load, Func<(nint Handle, byte[]? Image)> build)
    {
        if (cache.Find(key) is { } kept && load(kept) is not 0 and nint loaded)
        {
            Counts = Counts with { FromCache = Counts.FromCache + 1 };
            return loaded;
        }

        (nint handle, byte[]? image) = build();
        Counts = Counts with { Compiled = Counts.Compiled + 1 };
        if (image is not null)
            cache.Store(key, image);
        return handle;
    }
}

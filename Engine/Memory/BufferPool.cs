namespace SegFromScratch.Engine.Memory;

/// <summary>Keeps a device's memory for reuse, so that a training step allocates nothing on the device after the first, and counts what it is used for.</summary>
public sealed class BufferPool : IDisposable
{
    private const long Granularity = 256;
    private readonly IBufferStore _store;
    private readonly Action<DeviceBuffer> _prepare;
    private readonly long[] _inUse = new long[Enum.GetValues<MemoryClass>().Length];
    private readonly long[] _peak = new long[Enum.GetValues<MemoryClass>().Length];

    /// <summary>Makes an empty pool.</summary>
    /// <param name="store">Where buffers come from.</param>
    /// <param name="prepare">Is given each buffer before it is handed out.</param>
    internal BufferPool(IBufferStore store, Action<DeviceBuffer> prepare) => (_store, _prepare) = (store, prepare);

    /// <summary>How many times memory was taken from the device so far; it stands still once training is warm.</summary>
    public long Allocations => _store.Allocations;

    /// <summary>Bytes taken from the device, in use or free.</summary>
    public long BytesReserved => _store.BytesReserved;

    /// <summary>Bytes in use now.</summary>
    public long BytesInUse { get; private set; }

    /// <summary>The most bytes that were in use at once.</summary>
    public long PeakBytesInUse { get; private set; }

    /// <summary>Bytes of one class in use now.</summary>
    public long InUse(MemoryClass memoryClass) => _inUse[(int)memoryClass];

    /// <summary>The most bytes of one class that were in use at once.</summary>
    public long Peak(MemoryClass memoryClass) => _peak[(int)memoryClass];

    /// <summary>Hands out a buffer of at least the given size, not initialised.</summary>
    public DeviceBuffer Rent(long bytes, MemoryClass memoryClass, string name)
    {
        long size = Math.Max(Granularity, (bytes + Granularity - 1) / Granularity * Granularity);
        DeviceBuffer buffer = _store.Take(size);
        buffer.Name = name;
        _prepare(buffer);
        BytesInUse += size;
        PeakBytesInUse = Math.Max(PeakBytesInUse, BytesInUse);
        ref long inUse = ref _inUse[(int)memoryClass];
        inUse += size;
        _peak[(int)memoryClass] = Math.Max(_peak[(int)memoryClass], inUse);
        return buffer;
    }

    /// <summary>Takes a buffer back.</summary>
    public void Return(DeviceBuffer buffer, MemoryClass memoryClass)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        long size = buffer.Bytes;
        _store.GiveBack(buffer);
        BytesInUse -= size;
        _inUse[(int)memoryClass] -= size;
    }

    /// <summary>Gives free memory back to the device. Buffers in use stay.</summary>
    public void Trim() => _store.Trim();

    /// <summary>Gives all memory back to the device, which is being closed.</summary>
    public void Dispose() => _store.Close();
}

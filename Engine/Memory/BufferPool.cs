namespace SegFromScratch.Engine.Memory;

/// <summary>
/// Keeps a device's buffers for reuse. A training step asks for the same sizes each time, so after the first step nothing is allocated:
/// free buffers wait by size, and the one that was given back last is handed out first, while it is still in the cache.
/// </summary>
/// <param name="allocate">Allocates a buffer of a number of bytes on the device.</param>
/// <param name="prepare">Is given each buffer before it is handed out.</param>
public sealed class BufferPool(Func<long, DeviceBuffer> allocate, Action<DeviceBuffer> prepare) : IDisposable
{
    private const long Granularity = 256;
    private readonly Dictionary<long, Stack<DeviceBuffer>> _free = [];
    private readonly long[] _inUse = new long[Enum.GetValues<MemoryClass>().Length];
    private readonly long[] _peak = new long[Enum.GetValues<MemoryClass>().Length];

    /// <summary>How many buffers were taken from the device so far; it stands still once training is warm.</summary>
    public long Allocations { get; private set; }

    /// <summary>Bytes taken from the device, in use or free.</summary>
    public long BytesReserved { get; private set; }

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
        DeviceBuffer buffer;
        if (_free.TryGetValue(size, out Stack<DeviceBuffer>? waiting) && waiting.Count > 0)
        {
            buffer = waiting.Pop();
        }
        else
        {
            buffer = allocate(size);
            Allocations++;
            BytesReserved += size;
        }

        buffer.Name = name;
        prepare(buffer);
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
        if (!_free.TryGetValue(buffer.Bytes, out Stack<DeviceBuffer>? waiting))
            _free[buffer.Bytes] = waiting = new Stack<DeviceBuffer>();
        waiting.Push(buffer);
        BytesInUse -= buffer.Bytes;
        _inUse[(int)memoryClass] -= buffer.Bytes;
    }

    /// <summary>Gives free buffers back to the device. Those in use stay.</summary>
    public void Trim()
    {
        foreach (DeviceBuffer buffer in _free.Values.SelectMany(waiting => waiting))
        {
            BytesReserved -= buffer.Bytes;
            buffer.Dispose();
        }

        _free.Clear();
    }

    /// <inheritdoc/>
    public void Dispose() => Trim();
}

namespace SegFromScratch.Engine.Memory;

/// <summary>
/// Keeps whole buffers for requests of just their size, for devices whose buffers cannot be cut: a training step asks for the same sizes each time.
/// The one that was given back last is handed out first, while it is still in the cache.
/// </summary>
/// <param name="allocate">Allocates a buffer of a number of bytes on the device.</param>
internal sealed class SizeClassStore(Func<long, DeviceBuffer> allocate) : IBufferStore
{
    private readonly Dictionary<long, Stack<DeviceBuffer>> _free = [];

    /// <inheritdoc/>
    public long Allocations { get; private set; }

    /// <inheritdoc/>
    public long BytesReserved { get; private set; }

    /// <inheritdoc/>
    public DeviceBuffer Take(long bytes)
    {
        if (_free.TryGetValue(bytes, out Stack<DeviceBuffer>? waiting) && waiting.Count > 0)
            return waiting.Pop();
        DeviceBuffer buffer = allocate(bytes);
        Allocations++;
        BytesReserved += bytes;
        return buffer;
    }

    /// <inheritdoc/>
    public void GiveBack(DeviceBuffer buffer)
    {
        if (!_free.TryGetValue(buffer.Bytes, out Stack<DeviceBuffer>? waiting))
            _free[buffer.Bytes] = waiting = new Stack<DeviceBuffer>();
        waiting.Push(buffer);
    }

    /// <inheritdoc/>
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
    public void Close() => Trim();
}

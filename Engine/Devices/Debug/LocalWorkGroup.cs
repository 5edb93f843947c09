using SegFromScratch.Engine.Dialect;
using SegFromScratch.Engine.Memory;

namespace SegFromScratch.Engine.Devices.Debug;

/// <summary>The private memory of work-items that run one after the other: its buffers are used again by each.</summary>
internal sealed unsafe class LocalWorkGroup : ILocalMemory, IDisposable
{
    private readonly List<HostBuffer> _buffers = [];
    private int _used;

    /// <inheritdoc/>
    public ArrayView<T> Allocate<T>(int length)
        where T : unmanaged
    {
        long bytes = (long)length * sizeof(T);
        if (_used == _buffers.Count)
            _buffers.Add(new HostBuffer(bytes) { Name = $"local memory {_used}", IsPrivate = true });
        HostBuffer buffer = _buffers[_used++];

        // Not initialised on a device, so what an earlier work-item left must not help here: all bits set read as NaN.
        buffer.Span.Fill(0xFF);
        return new ArrayView<T>(buffer, 0, length);
    }

    /// <summary>Begins the next work-item.</summary>
    public void Reset() => _used = 0;

    /// <inheritdoc/>
    public void Dispose() => _buffers.ForEach(buffer => buffer.Dispose());
}

namespace SegFromScratch.Engine.Memory;

/// <summary>
/// Cuts buffers out of large segments of this process's memory, each from the smallest free piece that holds it, and joins free neighbours again:
/// the memory of one large tensor serves several small ones later in the step. Keeping whole buffers by size took 1.9 times what was in use at once
/// in a U-Net with 64 filters.
/// A training step takes and gives the same sizes in the same order each time, so from the second step on no segment is added.
/// </summary>
/// <param name="allocate">Allocates a segment of a number of bytes.</param>
internal sealed class HostHeap(Func<long, DeviceBuffer> allocate) : IBufferStore
{
    // Pages of a segment that nothing was cut from cost nothing: the system gives them at the first write.
    private const long SmallestSegment = 64L << 20;

    // What keeps segments apart, so that pieces of two never look like neighbours.
    private const long Gap = 64;

    private readonly List<DeviceBuffer> _segments = [];
    private readonly Stack<Piece> _idle = [];

    // By address.
    private readonly List<Range> _free = [];
    private bool _isClosed;

    /// <inheritdoc/>
    public long Allocations => _segments.Count;

    /// <inheritdoc/>
    public long BytesReserved { get; private set; }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The heap is closed.</exception>
    public DeviceBuffer Take(long bytes)
    {
        ThrowIfClosed();
        int best = SmallestThatHolds(bytes);
        if (best < 0)
        {
            AddSegment(bytes);
            best = SmallestThatHolds(bytes);
        }

        Range range = _free[best];
        if (range.Bytes == bytes)
            _free.RemoveAt(best);
        else
            _free[best] = new Range(range.Start + (nint)bytes, range.Bytes - bytes);
        if (!_idle.TryPop(out Piece? piece))
            piece = new Piece(this);
        piece.Place(range.Start, bytes);
        return piece;
    }

    /// <inheritdoc/>
    public void GiveBack(DeviceBuffer buffer)
    {
        if (_isClosed)
            return;
        Free(new Range(buffer.HostAddress, buffer.Bytes));
        _idle.Push((Piece)buffer);
    }

    /// <inheritdoc/>
    public void Trim()
    {
        for (int i = _segments.Count - 1; i >= 0; i--)
        {
            DeviceBuffer segment = _segments[i];
            if (!_free.Remove(Whole(segment)))
                continue;
            BytesReserved -= segment.Bytes;
            _segments.RemoveAt(i);
            segment.Dispose();
        }
    }

    /// <summary>Frees all segments, those with buffers that are out among them: weights live as long as their device, and nobody returns them. Using such a buffer is an error from now on.</summary>
    public void Close()
    {
        _isClosed = true;
        foreach (DeviceBuffer segment in _segments)
            segment.Dispose();
        _segments.Clear();
        _free.Clear();
        _idle.Clear();
        BytesReserved = 0;
    }

    private static long InWholePages(long bytes) => (bytes + LargePages.Size - 1) / LargePages.Size * LargePages.Size;

    private void ThrowIfClosed() => ObjectDisposedException.ThrowIf(_isClosed, typeof(Devices.Device));

    private static Range Whole(DeviceBuffer segment) => new(segment.HostAddress, segment.Bytes - Gap);

    private void AddSegment(long bytes)
    {
        DeviceBuffer segment;
        try
        {
            // Half of what there is: few segments, so few edges that no piece can cross.
            segment = allocate(InWholePages(Math.Max(Math.Max(bytes, SmallestSegment), BytesReserved / 2) + Gap));
        }
        catch (Devices.OutOfDeviceMemoryException)
        {
            segment = allocate(bytes + Gap);
        }

        _segments.Add(segment);
        BytesReserved += segment.Bytes;
        Free(Whole(segment));
    }

    private int SmallestThatHolds(long bytes)
    {
        int best = -1;
        for (int i = 0; i < _free.Count; i++)
        {
            if (_free[i].Bytes >= bytes && (best < 0 || _free[i].Bytes < _free[best].Bytes))
                best = i;
        }

        return best;
    }

    private void Free(Range range)
    {
        int next = FirstAfter(range.Start);
        bool joinsNext = next < _free.Count && range.End == _free[next].Start;
        if (joinsNext)
            range = range with { Bytes = range.Bytes + _free[next].Bytes };
        bool joinsPrevious = next > 0 && _free[next - 1].End == range.Start;
        if (joinsPrevious)
        {
            _free[next - 1] = new Range(_free[next - 1].Start, _free[next - 1].Bytes + range.Bytes);
            if (joinsNext)
                _free.RemoveAt(next);
        }
        else if (joinsNext)
        {
            _free[next] = range;
        }
        else
        {
            _free.Insert(next, range);
        }
    }

    private int FirstAfter(nint start)
    {
        int low = 0, high = _free.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_free[middle].Start < start)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    private readonly record struct Range(nint Start, long Bytes)
    {
        public nint End => Start + (nint)Bytes;
    }

    // A part of a segment. The objects are used again, so that a warm step makes none.
    private sealed class Piece(HostHeap heap) : DeviceBuffer(0)
    {
        private nint _start;

        public override nint HostAddress
        {
            get
            {
                heap.ThrowIfClosed();
                return _start;
            }
        }

        public void Place(nint start, long bytes) => (_start, Bytes) = (start, bytes);

        // The memory is the segment's.
        public override void Dispose()
        {
        }
    }
}

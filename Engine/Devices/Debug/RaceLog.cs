using SegFromScratch.Engine.Dialect;
using SegFromScratch.Engine.Memory;

namespace SegFromScratch.Engine.Devices.Debug;

/// <summary>
/// Finds data races of one launch: two work-items that use the same element with no barrier between, one of them writing.
/// Work-items run one after the other from barrier to barrier, so each element has a history; whoever leaves another value there has written it.
/// A race in which no value changes is not seen, nor does it change a result. Elements that <see cref="Atomic"/> works on are left out.
/// </summary>
/// <param name="kernel">The kernel's name, for messages.</param>
internal sealed unsafe class RaceLog(string kernel)
{
    private const int PageElements = 1024;
    private readonly Dictionary<(DeviceBuffer Buffer, int Bytes), ElementHistory[]?[]> _histories = [];
    private readonly List<Touched> _touched = [];
    private Turn _turn = new(-1, -1, phase: 0);

    /// <summary>Begins the turn of a work-item.</summary>
    public void Begin(Turn turn) => _turn = turn;

    /// <summary>Notes that the running work-item uses an element. Whether it writes shows when it uses the element again, or at the end of its turn.</summary>
    /// <exception cref="KernelFaultException">Another work-item has written it and no barrier lies between.</exception>
    public void Touch<T>(ArrayView<T> view, int index, string? file, int line)
        where T : unmanaged
    {
        long element = view.Offset + index;
        ElementHistory[] page = Page(view.Buffer!, element, sizeof(T));
        ref ElementHistory history = ref page[element % PageElements];
        if (history.IsAtomic)
            return;
        var access = new Access(_turn, file, line);
        var touched = new Touched(view.Buffer!, element, (nint)(view.Pointer + index), sizeof(T), page);
        if (history.Writer.RunsBeside(_turn))
            throw Race(touched, history.Writer, access);
        if (history.Last.Turn == _turn)
        {
            NoteWrite(touched, ref history);
        }
        else
        {
            history.Remember(access);
            _touched.Add(touched);
        }

        history.Last = access;
        history.Before = touched.Value;
    }

    /// <summary>Drops what was noted of shared memory, which another group begins anew.</summary>
    public void Forget(DeviceBuffer buffer)
    {
        foreach ((DeviceBuffer Buffer, int Bytes) known in _histories.Keys)
        {
            if (known.Buffer == buffer)
                _histories.Remove(known);
        }
    }

    /// <summary>Leaves out an element that the running work-item changes by an operation that no other can split.</summary>
    public void LeaveOut(void* address)
    {
        for (int i = _touched.Count - 1; i >= 0; i--)
        {
            if (_touched[i].Address == (nint)address)
            {
                _touched[i].History.IsAtomic = true;
                return;
            }
        }
    }

    /// <summary>Ends the running work-item's turn, at a barrier or where its kernel returns.</summary>
    /// <exception cref="KernelFaultException">It has written what another uses, and no barrier lies between.</exception>
    public void End()
    {
        foreach (Touched touched in _touched)
        {
            ref ElementHistory history = ref touched.History;
            if (!history.IsAtomic)
                NoteWrite(touched, ref history);
        }

        _touched.Clear();
    }

    private void NoteWrite(Touched touched, ref ElementHistory history)
    {
        if (touched.Value == history.Before)
            return;
        Access write = history.Last;
        if (history.First.RunsBeside(_turn))
            throw Race(touched, write, history.First);
        if (history.Second.RunsBeside(_turn))
            throw Race(touched, write, history.Second);
        history.Writer = write;
    }

    private ElementHistory[] Page(DeviceBuffer buffer, long element, int bytes)
    {
        if (!_histories.TryGetValue((buffer, bytes), out ElementHistory[]?[]? pages))
            _histories[(buffer, bytes)] = pages = new ElementHistory[]?[(buffer.Bytes / bytes / PageElements) + 1];
        return pages[element / PageElements] ??= new ElementHistory[PageElements];
    }

    private KernelFaultException Race(Touched touched, Access write, Access other) => new(
        $"data race on element {touched.Element} of buffer '{touched.Buffer.Name}': {write.Turn!.Place} writes it at {write.Source} and {other.Turn!.Place} uses it at {other.Source}, with no barrier between (kernel {kernel})");

    // Two users that run beside each other are enough to remember: whoever writes runs beside at least one of them.
    private struct ElementHistory
    {
        public Access First, Second, Writer, Last;
        public ulong Before;
        public bool IsAtomic;

        public void Remember(Access access)
        {
            if (First.Turn is null || First.Turn.IsReplacedBy(access.Turn!))
                First = access;
            else if (Second.Turn is null || Second.Turn.IsReplacedBy(access.Turn!))
                Second = access;
        }
    }

    private readonly record struct Touched(DeviceBuffer Buffer, long Element, nint Address, int Bytes, ElementHistory[] Page)
    {
        public ref ElementHistory History => ref Page[Element % PageElements];

        public ulong Value
        {
            get
            {
                if (Bytes == sizeof(uint))
                    return *(uint*)Address;
                ulong value = 0;
                foreach (byte part in new ReadOnlySpan<byte>((void*)Address, Bytes))
                    value = (value << 8) | (value >> 56) ^ part;
                return value;
            }
        }
    }
}

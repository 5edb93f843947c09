namespace SegFromScratch.Engine.Devices.Cuda;

/// <summary>
/// Copies between this process's memory and the GPU's through a few slots of pinned memory. The GPU reads pinned memory by itself, so an upload returns
/// as soon as its bytes lie in slots, and the host goes on while they travel; only a slot that is used again is waited for.
/// </summary>
internal sealed unsafe class CudaStaging(CudaDriver driver) : IDisposable
{
    /// <summary>Bytes of a slot: large enough that a copy is not bound by its start, small enough that the second chunk is filled while the first travels.</summary>
    public const int SlotBytes = 4 << 20;

    private const int Slots = 4;
    private readonly List<Slot> _slots = [];
    private int _next;

    /// <summary>True while the stream's work is captured in a graph: slots used now are read when the graph runs, so none is used twice.</summary>
    public bool IsCapturing { get; private set; }

    /// <summary>Copies bytes to the GPU. They may change as soon as this returns.</summary>
    /// <returns>The driver's error, 0 if none.</returns>
    public int Upload(ulong destination, ReadOnlySpan<byte> source, nint stream)
    {
        for (int start = 0; start < source.Length; start += SlotBytes)
        {
            ReadOnlySpan<byte> chunk = source[start..Math.Min(source.Length, start + SlotBytes)];
            Slot slot = TakeSlot();
            chunk.CopyTo(new Span<byte>(slot.Memory, SlotBytes));
            int error = driver.cuMemcpyHtoDAsync(destination + (ulong)start, slot.Memory, (nuint)chunk.Length, stream);
            if (error == 0)
                error = Mark(slot, stream);
            if (error != 0)
                return error;
        }

        return 0;
    }

    /// <summary>Copies bytes from the GPU, behind all work that the stream was given before. Not while a graph is captured.</summary>
    /// <returns>The driver's error, 0 if none.</returns>
    public int Download(Span<byte> destination, ulong source, nint stream)
    {
        // As many chunks travel as there are slots; the oldest is waited for and copied out before its slot is used again.
        Span<int> used = stackalloc int[Slots];
        int chunks = (destination.Length + SlotBytes - 1) / SlotBytes;
        for (int chunk = 0; chunk < chunks + Slots; chunk++)
        {
            if (chunk >= Slots && chunk - Slots < chunks)
            {
                int start = (chunk - Slots) * SlotBytes;
                Slot slot = _slots[used[chunk % Slots]];
                int error = driver.cuEventSynchronize(slot.Event);
                if (error != 0)
                    return error;
                slot.State = SlotState.Free;
                Span<byte> part = destination[start..Math.Min(destination.Length, start + SlotBytes)];
                new ReadOnlySpan<byte>(slot.Memory, part.Length).CopyTo(part);
            }

            if (chunk < chunks)
            {
                int start = chunk * SlotBytes;
                Slot slot = TakeSlot();
                used[chunk % Slots] = _slots.IndexOf(slot);
                int error = driver.cuMemcpyDtoHAsync(slot.Memory, source + (ulong)start, (nuint)Math.Min(SlotBytes, destination.Length - start), stream);
                if (error == 0)
                    error = Mark(slot, stream);
                if (error != 0)
                    return error;
            }
        }

        return 0;
    }

    /// <summary>Says that the stream's work is captured from now on.</summary>
    public void BeginCapture() => IsCapturing = true;

    /// <summary>Says that the graph was dropped.</summary>
    public void AbandonCapture() => IsCapturing = false;

    /// <summary>Says that the graph was launched, so that its slots are free once it has run.</summary>
    public void EndCapture(nint stream)
    {
        IsCapturing = false;
        foreach (Slot slot in _slots)
        {
            if (slot.State == SlotState.InGraph)
                driver.Check(Mark(slot, stream), "marking the end of a copy");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Slot slot in _slots)
        {
            _ = driver.cuEventDestroy(slot.Event);
            _ = driver.cuMemFreeHost(slot.Memory);
        }

        _slots.Clear();
    }

    // In a capture there is no event: it would be a part of the graph, and nobody outside could wait for it.
    private int Mark(Slot slot, nint stream)
    {
        slot.State = IsCapturing ? SlotState.InGraph : SlotState.Travelling;
        return IsCapturing ? 0 : driver.cuEventRecord(slot.Event, stream);
    }

    private Slot TakeSlot()
    {
        if (_slots.Count < Slots)
            return Add();
        for (int tried = 0; tried < _slots.Count; tried++)
        {
            Slot slot = _slots[_next];
            _next = (_next + 1) % _slots.Count;
            if (slot.State == SlotState.InGraph)
                continue;
            if (slot.State == SlotState.Travelling)
                driver.Check(driver.cuEventSynchronize(slot.Event), "waiting for a copy");
            return slot;
        }

        return Add();
    }

    private Slot Add()
    {
        void* memory;
        driver.Check(driver.cuMemHostAlloc(&memory, SlotBytes, 0), $"taking {DeviceMemory.Text(SlotBytes)} of pinned memory");
        nint done;
        driver.Check(driver.cuEventCreate(&done, CudaDriver.EventWithoutTime), "making an event");
        var slot = new Slot(memory, done);
        _slots.Add(slot);
        return slot;
    }

    private enum SlotState
    {
        Free,
        Travelling,
        InGraph,
    }

    private sealed class Slot(void* memory, nint done)
    {
        public void* Memory => memory;

        public nint Event => done;

        public SlotState State { get; set; }
    }
}

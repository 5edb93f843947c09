using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Memory;

namespace SegFromScratch.Engine.Tensors;

/// <summary>
/// Memory of a device that is counted: it goes back to the pool when nobody refers to it any more, and at the latest when its step ends.
/// </summary>
public abstract class StepMemory
{
    private DeviceBuffer? _buffer;

    private protected StepMemory(Device device) => Device = device;

    /// <summary>Where the memory lies.</summary>
    public Device Device { get; }

    /// <summary>What it holds, for messages.</summary>
    public string Name { get; private set; } = "";

    /// <summary>What it is used for, for reports.</summary>
    public MemoryClass MemoryClass { get; private set; }

    /// <summary>Its size, padded channels included.</summary>
    public long Bytes { get; private set; }

    /// <summary>How many still need it: the forward code, and each backward pass that keeps it.</summary>
    public int References { get; private set; }

    /// <summary>The memory itself, to be read or written.</summary>
    /// <exception cref="InvalidOperationException">The memory was given back already.</exception>
    public DeviceBuffer Buffer
    {
        get
        {
            HandOut();
            return Held;
        }
    }

    /// <summary>The memory itself, to be read only.</summary>
    internal DeviceBuffer Held => _buffer ?? throw new InvalidOperationException($"'{Name}' was given back to the pool before this use: something released it too early");

    /// <summary>True while the memory has not gone back.</summary>
    public bool IsAlive => _buffer is not null;

    /// <summary>Takes memory from the pool: once at first, and again when an object that gave its memory back serves a later step.</summary>
    private protected void Take(long bytes, MemoryClass memoryClass, string name)
    {
        (Bytes, MemoryClass, Name) = (bytes, memoryClass, name);
        _buffer = Device.Pool.Rent(bytes, memoryClass, name);
        References = 1;
    }

    /// <summary>Is called before the memory is given to somebody who may write it, the pool among them.</summary>
    private protected virtual void HandOut()
    {
    }

    /// <summary>Says that one more needs the memory.</summary>
    internal void Retain()
    {
        _ = Held;
        References++;
    }

    /// <summary>Says that one fewer needs it; the last one gives it back.</summary>
    internal void Release()
    {
        _ = Held;
        if (--References == 0)
            Free();
    }

    /// <summary>Gives it back, whoever refers to it.</summary>
    internal void Free()
    {
        if (_buffer is not { } buffer)
            return;
        HandOut();
        _buffer = null;
        References = 0;
        Device.Pool.Return(buffer, MemoryClass);
    }
}

namespace SegFromScratch.Engine.Memory;

/// <summary>Memory of a device. Buffers are rented from a <see cref="BufferPool"/> and go back to it; nothing else frees them but closing the device.</summary>
/// <param name="bytes">The size in bytes.</param>
public abstract class DeviceBuffer(long bytes) : IDisposable
{
    /// <summary>The size in bytes.</summary>
    public long Bytes { get; private protected set; } = bytes;

    /// <summary>What the buffer holds at present, for messages and reports.</summary>
    public string Name { get; set; } = "buffer";

    /// <summary>True for memory that only one work-item can reach, so that no other races for it.</summary>
    public bool IsPrivate { get; init; }

    /// <summary>Where the memory lies in this process; 0 for memory of a GPU.</summary>
    public virtual nint HostAddress => 0;

    /// <summary>Gives the memory back to the system.</summary>
    public abstract void Dispose();
}

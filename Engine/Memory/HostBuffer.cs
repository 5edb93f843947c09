using System.Runtime.InteropServices;

namespace SegFromScratch.Engine.Memory;

/// <summary>Memory of this process, aligned to a cache line or, from 2 MiB on, to a page of that size, for the devices that run on the CPU.</summary>
public sealed unsafe class HostBuffer : DeviceBuffer
{
    private const int Alignment = 64;
    private void* _memory;

    /// <summary>Allocates memory that is not initialised.</summary>
    public HostBuffer(long bytes)
        : base(bytes) =>
        _memory = bytes >= LargePages.Size ? LargePages.Allocate(bytes) : NativeMemory.AlignedAlloc((nuint)Math.Max(bytes, 1), Alignment);

    /// <inheritdoc/>
    public override nint HostAddress => (nint)_memory;

    /// <summary>The memory as bytes.</summary>
    public Span<byte> Span => new(_memory, checked((int)Bytes));

    /// <inheritdoc/>
    public override void Dispose()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
    }
}

using SegFromScratch.Engine.Memory;

namespace SegFromScratch.Engine.Devices;

/// <summary>A device whose memory is the memory of this process: <c>cpu</c> and <c>debug</c>.</summary>
public abstract class HostDevice : Device
{
    /// <inheritdoc/>
    public override unsafe void Clear(DeviceBuffer buffer, long bytes)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        System.Runtime.InteropServices.NativeMemory.Clear((void*)buffer.HostAddress, (nuint)Math.Min(bytes, buffer.Bytes));
    }

    /// <inheritdoc/>
    public override void Synchronize()
    {
    }

    /// <inheritdoc/>
    private protected override IBufferStore CreateStore() => new HostHeap(Allocate);

    /// <inheritdoc/>
    protected override DeviceBuffer Allocate(long bytes)
    {
        try
        {
            return new HostBuffer(bytes);
        }
        catch (OutOfMemoryException e)
        {
            throw new OutOfDeviceMemoryException($"device {Name} has no {bytes >> 20} MiB of memory left: use a smaller batch or smaller images", e);
        }
    }

    /// <inheritdoc/>
    protected override unsafe void WriteBytes(DeviceBuffer buffer, ReadOnlySpan<byte> source)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        DeviceMemory.CheckCopy(buffer, source.Length);
        source.CopyTo(new Span<byte>((void*)buffer.HostAddress, source.Length));
    }

    /// <inheritdoc/>
    protected override unsafe void ReadBytes(DeviceBuffer buffer, Span<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        DeviceMemory.CheckCopy(buffer, destination.Length);
        new ReadOnlySpan<byte>((void*)buffer.HostAddress, destination.Length).CopyTo(destination);
    }
}

using SegFromScratch.Engine.Memory;

namespace SegFromScratch.Engine.Devices.Cuda;

/// <summary>Memory of an NVIDIA GPU.</summary>
internal sealed class CudaBuffer(CudaDevice device, ulong address, long bytes) : DeviceBuffer(bytes)
{
    /// <summary>The address on the GPU; 0 once it was given back.</summary>
    public ulong Address { get; private set; } = address;

    /// <inheritdoc/>
    public override void Dispose()
    {
        if (Address == 0)
            return;
        device.Free(this);
        Address = 0;
    }
}

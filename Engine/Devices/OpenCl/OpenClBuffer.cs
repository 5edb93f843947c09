using SegFromScratch.Engine.Memory;

namespace SegFromScratch.Engine.Devices.OpenCl;

/// <summary>Memory of an OpenCL device.</summary>
internal sealed class OpenClBuffer(OpenClDevice device, nint memory, long bytes) : DeviceBuffer(bytes)
{
    /// <summary>The memory object; 0 once it was given back.</summary>
    public nint Memory { get; private set; } = memory;

    /// <inheritdoc/>
    public override void Dispose()
    {
        if (Memory == 0)
            return;
        device.Forget(this);

        // Only a wrong handle can fail, and commands in flight keep the memory until they are done.
        _ = OpenClNative.clReleaseMemObject(Memory);
        Memory = 0;
    }
}

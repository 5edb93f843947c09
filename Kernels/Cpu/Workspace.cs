using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Memory;

namespace SegFromScratch.Kernels.Cpu;

/// <summary>Scratch memory of one operation; goes back to the device's pool when disposed. Not initialised.</summary>
internal readonly unsafe ref struct Workspace
{
    private readonly Device _device;
    private readonly DeviceBuffer _buffer;
    private readonly long _floats;

    /// <summary>Rents room for so many floats, aligned to a cache line.</summary>
    public Workspace(Device device, long floats, string name)
    {
        _device = device;
        _floats = floats;
        _buffer = device.Pool.Rent(floats * sizeof(float), MemoryClass.Workspace, name);
    }

    /// <summary>The floats, for kernels.</summary>
    public ArrayView<float> View => new(_buffer, 0, _floats);

    /// <summary>The first float, where the device's memory is that of this process.</summary>
    public float* Pointer => (float*)_buffer.HostAddress;

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => _device.Pool.Return(_buffer, MemoryClass.Workspace);
}

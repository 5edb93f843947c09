using System.Runtime.InteropServices;
using SegFromScratch.Engine.Memory;
using SegFromScratch.Engine.Profiling;

namespace SegFromScratch.Engine.Devices;

/// <summary>A place where kernels run and tensors lie. One thread at a time uses a device.</summary>
public abstract class Device : IDisposable
{
    /// <summary>Creates the device's pool.</summary>
    protected Device() => Pool = new BufferPool(CreateStore(), Prepare);

    /// <summary>The name on the command line: cpu, debug, opencl or cuda.</summary>
    public abstract string Name { get; }

    /// <summary>The hardware and its driver, in words.</summary>
    public abstract string Description { get; }

    /// <summary>The device's memory, kept for reuse.</summary>
    public BufferPool Pool { get; }

    /// <summary>True runs the first rung of every ladder, the kernel as the textbook has it, even where the device has a faster one: for learning and for checks.</summary>
    public bool NaiveKernels { get; set; }

    /// <summary>With which numbers matrix products and convolutions are computed; float32 unless another precision is set.</summary>
    /// <exception cref="DeviceException">The device cannot compute with it.</exception>
    public MatrixPrecision Precision
    {
        get;
        set => field = value == MatrixPrecision.Float32 || HasTensorCores
            ? value
            : throw new DeviceException($"{Name} computes in fp32 only: {MatrixPrecisions.Name(value)} needs --device cuda and an NVIDIA GPU of compute capability 8.0 or newer");
    }

    /// <summary>True gives the work between <see cref="BeginGraph"/> and <see cref="EndGraph"/> to the device as a whole. Off by default: it pays where kernels are shorter than their launches.</summary>
    /// <exception cref="DeviceException">The device has no graphs.</exception>
    public bool UseGraphs
    {
        get;
        set => field = !value || WhyNoGraphs is not { } reason ? value : throw new DeviceException(reason);
    }

    /// <summary>Where steps on the device note how long their operations take; null measures nothing and costs nothing.</summary>
    public OperationProfile? Profile { get; internal set; }

    /// <summary>The channel block B that the device's fast kernels want for a tensor of so many channels.</summary>
    public virtual int ChannelBlock(int channels) => 1;

    /// <summary>Copies numbers to the device. Returns when the source may be changed.</summary>
    public void Write<T>(DeviceBuffer buffer, ReadOnlySpan<T> source)
        where T : unmanaged =>
        WriteBytes(buffer, MemoryMarshal.AsBytes(source));

    /// <summary>
    /// Begins to bring the first numbers of an array to the device while it computes. They must stay as they are until just as many of them are written by
    /// <see cref="Write"/>, which then finds them there. A device without a bus to cross does nothing.
    /// </summary>
    /// <param name="source">The array.</param>
    /// <param name="count">How many of its numbers.</param>
    public void WriteAhead<T>(T[] source, int count)
        where T : unmanaged
    {
        if (count > 0)
            WriteBytesAhead(source, MemoryMarshal.AsBytes<T>(source.AsSpan(0, count)));
    }

    /// <summary>Copies numbers from the device, after all work that was launched before.</summary>
    public void Read<T>(DeviceBuffer buffer, Span<T> destination)
        where T : unmanaged =>
        ReadBytes(buffer, MemoryMarshal.AsBytes(destination));

    /// <summary>Sets the first bytes of a buffer to zero.</summary>
    public abstract void Clear(DeviceBuffer buffer, long bytes);

    /// <summary>Waits until all work that was launched is done.</summary>
    public abstract void Synchronize();

    /// <summary>
    /// Says that the work up to <see cref="EndGraph"/> has the same form each time it is done, so that a device that can may take it as a whole.
    /// Reading from the device or waiting for it ends it early.
    /// </summary>
    public virtual void BeginGraph()
    {
    }

    /// <summary>Gives the device the work since <see cref="BeginGraph"/>, if it did not begin yet.</summary>
    public virtual void EndGraph()
    {
    }

    /// <summary>Measures each kernel on the device's own clock until what is returned is disposed; null where the device has no such clock.</summary>
    public virtual IKernelTimes? MeasureKernels() => null;

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Why the device has no graphs; null if it has.</summary>
    protected virtual string? WhyNoGraphs => $"{Name} has no graphs: leave --cuda-graph out, or use --device cuda";

    /// <summary>True where the device multiplies rounded numbers faster than float32.</summary>
    protected virtual bool HasTensorCores => false;

    /// <summary>Gives up the device's memory and handles.</summary>
    protected virtual void Dispose(bool disposing) => Pool.Dispose();

    /// <summary>Allocates memory that is not initialised.</summary>
    /// <exception cref="OutOfDeviceMemoryException">The device has not that much memory left.</exception>
    protected abstract DeviceBuffer Allocate(long bytes);

    /// <summary>How the device's memory is kept for reuse; called before the constructors of devices have run.</summary>
    private protected virtual IBufferStore CreateStore() => new SizeClassStore(Allocate);

    /// <summary>Is given each buffer before it is handed out, new or used before.</summary>
    protected virtual void Prepare(DeviceBuffer buffer)
    {
    }

    /// <summary>Copies bytes to the start of a buffer.</summary>
    protected abstract void WriteBytes(DeviceBuffer buffer, ReadOnlySpan<byte> source);

    /// <summary>Begins to bring the bytes of an array to the device.</summary>
    protected virtual void WriteBytesAhead(Array source, ReadOnlySpan<byte> bytes)
    {
    }

    /// <summary>Copies bytes from the start of a buffer.</summary>
    protected abstract void ReadBytes(DeviceBuffer buffer, Span<byte> destination);
}

using SegFromScratch.Engine.Memory;
using static SegFromScratch.Engine.Devices.OpenCl.OpenClNative;

namespace SegFromScratch.Engine.Devices.OpenCl;

/// <summary>Any device with OpenCL 1.2: GPUs of AMD, Intel and NVIDIA, and CPUs through PoCL. Commands run in the order in which they were given.</summary>
public sealed unsafe class OpenClDevice : CompiledDevice
{
    private readonly OpenClHardware _hardware;
    private readonly KernelVariants<OpenClKernel> _kernels;
    private readonly HashSet<OpenClBuffer> _buffers = [];
    private nint _context;
    private nint _queue;

    /// <summary>Opens a device.</summary>
    /// <param name="index">The device's place among all that can be used, GPUs before CPUs.</param>
    /// <param name="cache">Where compiled programs are kept; the user's cache if null.</param>
    /// <exception cref="DeviceException">There is no such device, or it cannot be used.</exception>
    public OpenClDevice(int index = 0, KernelCache? cache = null)
    {
        IReadOnlyList<OpenClHardware> found = OpenClHardware.Survey(out DeviceAbsence? absence);
        if (absence is not null)
            throw new DeviceException($"there is no OpenCL device: {absence}");
        if (index < 0 || index >= found.Count)
            throw new DeviceException($"there is no device opencl:{index}: this machine has {found.Count}, counted from 0");
        _hardware = found[index];
        if (_hardware.Rejection is not null)
            throw new DeviceException($"opencl:{index}, {_hardware.Name}, cannot be used: {_hardware.Rejection}");
        Name = index == 0 ? "opencl" : $"opencl:{index}";

        nint id = _hardware.Id;
        nint* properties = stackalloc nint[] { ContextPlatform, _hardware.Platform, 0 };
        int error;
        _context = clCreateContext(properties, 1, &id, 0, 0, &error);
        OpenClError.Check(error, $"opening {_hardware.Name}");
        _queue = clCreateCommandQueue(_context, id, 0, &error);
        OpenClError.Check(error, $"making a queue on {_hardware.Name}");
        Compiler = new OpenClCompiler(_hardware, _context, cache ?? KernelCache.OfUser());
        _kernels = new KernelVariants<OpenClKernel>((definition, constants) =>
            new OpenClKernel(_queue, _hardware.Id, Compiler.Kernel(definition, constants), definition));
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override string Description => _hardware.Description;

    /// <inheritdoc/>
    public override bool IsProcessor => _hardware.IsProcessor;

    /// <inheritdoc/>
    public override (int Compiled, int FromCache) Builds => Compiler.Builds.Counts;

    private OpenClCompiler Compiler { get; }

    /// <inheritdoc/>
    public override CompiledKernel Kernel(KernelDefinition definition, ReadOnlySpan<int> constants) => _kernels.Get(definition, constants);

    /// <inheritdoc/>
    public override void Clear(DeviceBuffer buffer, long bytes)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        bytes = Math.Min(bytes, buffer.Bytes);
        if (bytes <= 0)
            return;
        uint zero = 0;
        nuint pattern = bytes % sizeof(uint) == 0 ? sizeof(uint) : 1u;
        int error = clEnqueueFillBuffer(_queue, ((OpenClBuffer)buffer).Memory, &zero, pattern, 0, (nuint)bytes, 0, null, null);
        if (error != 0)
            throw OpenClError.Failure(error, $"clearing buffer '{buffer.Name}'");
    }

    /// <inheritdoc/>
    public override void Synchronize() => OpenClError.Check(clFinish(_queue), "waiting for the device");

    /// <summary>Takes a buffer off the list of those to free when the device closes.</summary>
    internal void Forget(OpenClBuffer buffer) => _buffers.Remove(buffer);

    /// <inheritdoc/>
    protected override DeviceBuffer Allocate(long bytes)
    {
        int error = TryAllocate(bytes, out nint memory);
        if (error != 0)
        {
            // Memory that waits for reuse in other sizes is better given to who asks now.
            Pool.Trim();
            error = TryAllocate(bytes, out memory);
        }

        if (error is OpenClError.MemoryAllocationFailure or OpenClError.OutOfResources or OpenClError.OutOfHostMemory or OpenClError.InvalidBufferSize)
        {
            long left = Math.Min(_hardware.LargestAllocation, _hardware.MemoryBytes - Pool.BytesReserved);
            throw DeviceMemory.Exhausted(Name, bytes, left, _hardware.MemoryBytes);
        }

        OpenClError.Check(error, $"allocating {DeviceMemory.Text(bytes)}");
        var buffer = new OpenClBuffer(this, memory, bytes);
        _buffers.Add(buffer);
        return buffer;
    }

    /// <inheritdoc/>
    protected override void WriteBytes(DeviceBuffer buffer, ReadOnlySpan<byte> source)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        DeviceMemory.CheckCopy(buffer, source.Length);
        if (source.IsEmpty)
            return;
        int error;
        fixed (byte* bytes = source)
            error = clEnqueueWriteBuffer(_queue, ((OpenClBuffer)buffer).Memory, True, 0, (nuint)source.Length, bytes, 0, null, null);
        if (error != 0)
            throw OpenClError.Failure(error, $"writing buffer '{buffer.Name}'");
    }

    /// <inheritdoc/>
    protected override void ReadBytes(DeviceBuffer buffer, Span<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        DeviceMemory.CheckCopy(buffer, destination.Length);
        if (destination.IsEmpty)
            return;
        int error;
        fixed (byte* bytes = destination)
            error = clEnqueueReadBuffer(_queue, ((OpenClBuffer)buffer).Memory, True, 0, (nuint)destination.Length, bytes, 0, null, null);
        if (error != 0)
            throw OpenClError.Failure(error, $"reading buffer '{buffer.Name}'");
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (_context == 0)
            return;

        // A device that failed cannot finish; it is closed all the same.
        _ = clFinish(_queue);
        base.Dispose(disposing);
        foreach (OpenClBuffer buffer in _buffers.ToArray())
            buffer.Dispose();
        foreach (OpenClKernel kernel in _kernels.All)
            kernel.Dispose();
        _ = clReleaseCommandQueue(_queue);
        _ = clReleaseContext(_context);
        (_queue, _context) = (0, 0);
    }

    // Drivers grant more than they have and fail when a kernel first touches it, far from the cause: count along and refuse here.
    private int TryAllocate(long bytes, out nint memory)
    {
        memory = 0;
        if (bytes > _hardware.LargestAllocation)
            return OpenClError.InvalidBufferSize;
        if (bytes > _hardware.MemoryBytes - Pool.BytesReserved)
            return OpenClError.MemoryAllocationFailure;
        int error;
        memory = clCreateBuffer(_context, MemReadWrite, (nuint)bytes, null, &error);
        return error;
    }
}

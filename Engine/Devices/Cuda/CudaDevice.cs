using SegFromScratch.Engine.Memory;
using static SegFromScratch.Engine.Devices.Cuda.CudaNative;

namespace SegFromScratch.Engine.Devices.Cuda;

/// <summary>An NVIDIA GPU through the driver API and NVRTC. Commands run on one stream, in the order in which they were given.</summary>
public sealed unsafe class CudaDevice : CompiledDevice
{
    private readonly CudaHardware _hardware;
    private readonly CudaCompiler _compiler;
    private readonly KernelVariants<CudaKernel> _kernels;
    private readonly HashSet<CudaBuffer> _buffers = [];
    private nint _context;

    /// <summary>Opens a GPU.</summary>
    /// <param name="index">The GPU's place in the driver's order.</param>
    /// <param name="cache">Where compiled programs are kept; the user's cache if null.</param>
    /// <exception cref="DeviceException">There is no such GPU, or it cannot be used.</exception>
    public CudaDevice(int index = 0, KernelCache? cache = null)
    {
        IReadOnlyList<CudaHardware> found = CudaHardware.Survey(out DeviceAbsence? absence);
        if (absence is not null)
            throw new DeviceException($"cuda cannot be used: {absence}");
        if (index < 0 || index >= found.Count)
            throw new DeviceException($"there is no device cuda:{index}: this machine has {found.Count}, counted from 0");
        _hardware = found[index];
        Name = index == 0 ? "cuda" : $"cuda:{index}";
        _compiler = new CudaCompiler(_hardware, cache ?? KernelCache.OfUser());
        _kernels = new KernelVariants<CudaKernel>((definition, constants) => new CudaKernel(this, definition, _compiler.Image(definition, constants)));

        nint context;
        CudaError.Check(cuDevicePrimaryCtxRetain(&context, _hardware.Handle), $"opening {_hardware.Name}");
        _context = context;
        MakeCurrent();
        nint stream;
        CudaError.Check(cuStreamCreate(&stream, StreamNonBlocking), $"making a stream on {_hardware.Name}");
        Stream = stream;
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override string Description => $"{_hardware.Description}, {_compiler.Description}";

    /// <summary>How many kernels were compiled from their text, and how many came from the cache on disk.</summary>
    public (int Compiled, int FromCache) Builds => (_compiler.Compiled, _compiler.FromCache);

    /// <summary>The stream that all commands go to.</summary>
    internal nint Stream { get; private set; }

    /// <inheritdoc/>
    public override CompiledKernel Kernel(KernelDefinition definition, ReadOnlySpan<int> constants)
    {
        MakeCurrent();
        return _kernels.Get(definition, constants);
    }

    /// <inheritdoc/>
    public override void Clear(DeviceBuffer buffer, long bytes)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        bytes = Math.Min(bytes, buffer.Bytes);
        if (bytes <= 0)
            return;
        MakeCurrent();
        int error = cuMemsetD8Async(((CudaBuffer)buffer).Address, 0, (nuint)bytes, Stream);
        if (error != 0)
            throw CudaError.Failure(error, $"clearing buffer '{buffer.Name}'");
    }

    /// <inheritdoc/>
    public override void Synchronize()
    {
        MakeCurrent();
        CudaError.Check(cuStreamSynchronize(Stream), "waiting for the device");
    }

    /// <summary>Makes the GPU's context that of the calling thread: the driver keeps one for each thread, and any thread may use a device.</summary>
    internal void MakeCurrent() => CudaError.Check(cuCtxSetCurrent(_context), "turning to the device");

    /// <summary>Frees a buffer once the work that was launched before is done.</summary>
    internal void Free(CudaBuffer buffer)
    {
        _buffers.Remove(buffer);
        MakeCurrent();

        // Fails only after an error that was thrown already.
        _ = cuMemFree_v2(buffer.Address);
    }

    /// <inheritdoc/>
    protected override DeviceBuffer Allocate(long bytes)
    {
        MakeCurrent();
        ulong address;
        int error = cuMemAlloc_v2(&address, (nuint)bytes);
        if (error == CudaError.OutOfMemory)
        {
            // Memory that waits for reuse in other sizes is better given to who asks now.
            Pool.Trim();
            error = cuMemAlloc_v2(&address, (nuint)bytes);
        }

        if (error == CudaError.OutOfMemory)
        {
            nuint left;
            nuint total;
            CudaError.Check(cuMemGetInfo_v2(&left, &total), "asking what memory is left");
            throw DeviceMemory.Exhausted(Name, bytes, (long)left, (long)total);
        }

        CudaError.Check(error, "allocating memory");
        var buffer = new CudaBuffer(this, address, bytes);
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
        MakeCurrent();
        fixed (byte* bytes = source)
        {
            int error = cuMemcpyHtoDAsync_v2(((CudaBuffer)buffer).Address, bytes, (nuint)source.Length, Stream);

            // The source may move or change as soon as this method returns.
            if (error == 0)
                error = cuStreamSynchronize(Stream);
            if (error != 0)
                throw CudaError.Failure(error, $"writing buffer '{buffer.Name}'");
        }
    }

    /// <inheritdoc/>
    protected override void ReadBytes(DeviceBuffer buffer, Span<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        DeviceMemory.CheckCopy(buffer, destination.Length);
        if (destination.IsEmpty)
            return;
        MakeCurrent();
        fixed (byte* bytes = destination)
        {
            int error = cuMemcpyDtoHAsync_v2(bytes, ((CudaBuffer)buffer).Address, (nuint)destination.Length, Stream);
            if (error == 0)
                error = cuStreamSynchronize(Stream);
            if (error != 0)
                throw CudaError.Failure(error, $"reading buffer '{buffer.Name}'");
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (_context == 0)
            return;

        // A device that failed cannot finish; it is closed all the same.
        _ = cuCtxSetCurrent(_context);
        _ = cuStreamSynchronize(Stream);
        base.Dispose(disposing);
        foreach (CudaBuffer buffer in _buffers.ToArray())
            buffer.Dispose();
        foreach (CudaKernel kernel in _kernels.All)
            kernel.Dispose();
        _ = cuStreamDestroy_v2(Stream);
        _ = cuDevicePrimaryCtxRelease_v2(_hardware.Handle);
        (Stream, _context) = (0, 0);
    }
}

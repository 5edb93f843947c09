using SegFromScratch.Engine.Memory;
using SegFromScratch.Engine.Profiling;

namespace SegFromScratch.Engine.Devices.Cuda;

/// <summary>
/// An NVIDIA GPU through the driver API and NVRTC. Commands run on one stream, in the order in which they were given; copies that were begun ahead have a stream
/// of their own. With <see cref="Device.UseGraphs"/> the work between <see cref="BeginGraph"/> and <see cref="EndGraph"/> is given to the GPU as a whole.
/// </summary>
public sealed unsafe class CudaDevice : CompiledDevice
{
    // Kernels are compiled and memory is taken in the first rounds; a graph of the third has what all later ones have.
    private const int RoundsBeforeGraph = 2;

    [ThreadStatic]
    private static CudaDevice? t_current;

    private readonly CudaHardware _hardware;
    private readonly CudaDriver _driver;
    private readonly CudaCompiler _compiler;
    private readonly KernelVariants<CudaKernel> _kernels;
    private readonly HashSet<CudaBuffer> _buffers = [];
    private readonly CudaStaging _staging;
    private readonly CudaGraph _graph;
    private CudaUploadAhead? _ahead;
    private int _rounds;
    private nint _context;

    /// <summary>Opens a GPU.</summary>
    /// <param name="index">The GPU's place in the driver's order.</param>
    /// <param name="cache">Where compiled programs are kept; the user's cache if null.</param>
    /// <exception cref="DeviceException">There is no such GPU, or it cannot be used.</exception>
    public CudaDevice(int index = 0, KernelCache? cache = null)
        : this(CudaPlatform.OfSystem(), index, cache)
    {
    }

    /// <summary>Opens a GPU of a platform.</summary>
    internal CudaDevice(CudaPlatform platform, int index, KernelCache? cache)
    {
        IReadOnlyList<CudaHardware> found = CudaHardware.Survey(platform, out DeviceAbsence? absence);
        if (absence is not null)
            throw new DeviceException($"cuda cannot be used: {absence}");
        if (index < 0 || index >= found.Count)
            throw new DeviceException($"there is no device cuda:{index}: this machine has {found.Count}, counted from 0");
        _hardware = found[index];
        _driver = platform.Driver!;
        platform.FindCompiler(_hardware.DriverVersion, out NvrtcApi? nvrtc);
        Name = index == 0 ? "cuda" : $"cuda:{index}";
        _compiler = new CudaCompiler(_driver, nvrtc!, _hardware, cache ?? KernelCache.OfUser());
        _kernels = new KernelVariants<CudaKernel>((definition, constants) => new CudaKernel(this, _driver, definition, _compiler.Module(definition, constants)));
        (_staging, _graph) = (new CudaStaging(_driver), new CudaGraph(_driver));

        nint context;
        _driver.Check(_driver.cuDevicePrimaryCtxRetain(&context, _hardware.Handle), $"opening {_hardware.Name}");
        _context = context;
        MakeCurrent();
        nint stream;
        int error = _driver.cuStreamCreate(&stream, CudaDriver.StreamNonBlocking);
        if (error != 0)
        {
            _ = _driver.cuDevicePrimaryCtxRelease(_hardware.Handle);
            t_current = null;
            throw _driver.Failure(error, $"making a stream on {_hardware.Name}");
        }

        Stream = stream;
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override string Description => $"{_hardware.Description}, {_compiler.Description}";

    /// <inheritdoc/>
    public override (int Compiled, int FromCache) Builds => _compiler.Builds.Counts;

    /// <summary>How many graphs were prepared from nothing, and how many took over what an earlier one had prepared.</summary>
    public (int Made, int Updated) Graphs => _graph.Counts;

    /// <summary>The stream that all commands go to.</summary>
    internal nint Stream { get; private set; }

    /// <summary>What notes the times of kernels; null measures nothing and costs nothing.</summary>
    internal CudaKernelTimes? KernelTimes { get; set; }

    // The instructions that the kernels name came with compute capability 8.0.

    /// <inheritdoc/>
    protected override bool HasTensorCores => _hardware.Architecture >= 80;

    /// <inheritdoc/>
    protected override string? WhyNoGraphs => _driver.HasGraphs
        ? null
        : $"CUDA graphs need a driver for CUDA 12.0 or newer, and this one is for {CudaTarget.Version(_hardware.DriverVersion)}: update it, or leave --cuda-graph out";

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
        int error = _driver.cuMemsetD8Async(((CudaBuffer)buffer).Address, 0, (nuint)bytes, Stream);
        if (error != 0)
            throw _driver.Failure(error, $"clearing buffer '{buffer.Name}'");
    }

    /// <inheritdoc/>
    public override void Synchronize()
    {
        EndGraph();
        MakeCurrent();
        _driver.Check(_driver.cuStreamSynchronize(Stream), "waiting for the device");
    }

    /// <inheritdoc/>
    public override IKernelTimes MeasureKernels() => KernelTimes ??= new CudaKernelTimes(_driver, this);

    /// <inheritdoc/>
    public override void BeginGraph()
    {
        if (!UseGraphs || KernelTimes is not null || Profile is not null || _staging.IsCapturing || _rounds++ < RoundsBeforeGraph)
            return;
        MakeCurrent();
        _graph.Begin(Stream);
        _staging.BeginCapture();
    }

    /// <inheritdoc/>
    public override void EndGraph()
    {
        if (!_staging.IsCapturing)
            return;
        MakeCurrent();
        try
        {
            _graph.Launch(Stream);
        }
        finally
        {
            _staging.EndCapture(Stream);
        }

        _ahead?.EndCapture(Stream);
    }

    /// <summary>Makes the GPU's context that of the calling thread: the driver keeps one for each thread, and any thread may use a device.</summary>
    internal void MakeCurrent()
    {
        if (t_current == this)
            return;
        _driver.Check(_driver.cuCtxSetCurrent(_context), "turning to the device");
        t_current = this;
    }

    /// <summary>Allocates memory that the pool does not know; it is freed with the device at the latest.</summary>
    internal CudaBuffer AllocateBeside(long bytes) => (CudaBuffer)Allocate(bytes);

    /// <summary>Frees a buffer once the work that was launched before is done.</summary>
    internal void Free(CudaBuffer buffer)
    {
        _buffers.Remove(buffer);

        // What was noted for a graph and not launched may use the buffer.
        EndGraph();
        MakeCurrent();

        // Fails only after an error that was thrown already.
        _ = _driver.cuMemFree(buffer.Address);
    }

    /// <inheritdoc/>
    protected override DeviceBuffer Allocate(long bytes)
    {
        MakeCurrent();
        ulong address;
        int error = _driver.cuMemAlloc(&address, (nuint)bytes);
        if (error == CudaError.OutOfMemory)
        {
            // Memory that waits for reuse in other sizes is better given to who asks now.
            Pool.Trim();
            error = _driver.cuMemAlloc(&address, (nuint)bytes);
        }

        if (error == CudaError.OutOfMemory)
        {
            nuint left;
            nuint total;
            _driver.Check(_driver.cuMemGetInfo(&left, &total), "asking what memory is left");
            throw DeviceMemory.Exhausted(Name, bytes, (long)left, (long)total);
        }

        _driver.Check(error, "allocating memory");
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
        ulong address = ((CudaBuffer)buffer).Address;
        if (_ahead?.TryFinish(address, source, Stream, _staging.IsCapturing) == true)
            return;
        int error = _staging.Upload(address, source, Stream);
        if (error != 0)
            throw _driver.Failure(error, $"writing buffer '{buffer.Name}'");
    }

    /// <inheritdoc/>
    protected override void WriteBytesAhead(Array source, ReadOnlySpan<byte> bytes)
    {
        MakeCurrent();
        _ahead ??= new CudaUploadAhead(this, _driver);
        _ahead.Begin(source, bytes);
    }

    /// <inheritdoc/>
    protected override void ReadBytes(DeviceBuffer buffer, Span<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        DeviceMemory.CheckCopy(buffer, destination.Length);
        if (destination.IsEmpty)
            return;

        // What is read must have been computed.
        EndGraph();
        MakeCurrent();
        int error = _staging.Download(destination, ((CudaBuffer)buffer).Address, Stream);
        if (error != 0)
            throw _driver.Failure(error, $"reading buffer '{buffer.Name}'");
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (_context == 0)
            return;

        // A device that failed cannot finish; it is closed all the same.
        _ = _driver.cuCtxSetCurrent(_context);
        t_current = this;
        if (_staging.IsCapturing)
        {
            _graph.Abandon(Stream);
            _staging.AbandonCapture();
        }

        _ = _driver.cuStreamSynchronize(Stream);
        KernelTimes?.Dispose();
        _ahead?.Dispose();
        _graph.Dispose();
        _staging.Dispose();
        base.Dispose(disposing);
        foreach (CudaBuffer buffer in _buffers.ToArray())
            buffer.Dispose();
        foreach (CudaKernel kernel in _kernels.All)
            kernel.Dispose();
        _ = _driver.cuStreamDestroy(Stream);
        _ = _driver.cuDevicePrimaryCtxRelease(_hardware.Handle);
        (Stream, _context, t_current) = (0, 0, null);
    }
}

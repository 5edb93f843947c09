using SegFromScratch.Engine.Dialect;
using static SegFromScratch.Engine.Devices.OpenCl.OpenClNative;

namespace SegFromScratch.Engine.Devices.OpenCl;

/// <summary>
/// A kernel of an OpenCL device. The driver keeps the arguments between launches, and so does a block here: a number or struct that did not change is not given again.
/// Memory is always given: a driver may tell buffers apart that have had the same handle.
/// </summary>
internal sealed unsafe class OpenClKernel : CompiledKernel, IDisposable
{
    // The least that OpenCL 1.2 lets a device take is 1024 bytes; what is beyond the block is given each time.
    private const int Capacity = 1024;

    private readonly OpenClDevice _owner;
    private readonly OpenClQueue _queue;
    private readonly nint _kernel;
    private readonly KernelDefinition _definition;
    private readonly int _largestGroup;
    private readonly byte[] _block = new byte[Capacity];
    private uint _next;
    private int _used;
    private int _kept;

    /// <summary>Takes over a kernel object.</summary>
    public OpenClKernel(OpenClDevice owner, OpenClQueue queue, nint device, nint kernel, KernelDefinition definition)
    {
        (_owner, _queue, _kernel, _definition) = (owner, queue, kernel, definition);
        nuint largest;
        OpenClError.Check(clGetKernelWorkGroupInfo(kernel, device, KernelWorkGroupSize, (nuint)sizeof(nuint), &largest, null), $"asking for the group size of kernel {definition.Name}");
        _largestGroup = (int)Math.Clamp(largest, 1u, int.MaxValue);
    }

    /// <inheritdoc/>
    protected override int GroupSize => _owner.Tuning.GroupSize;

    /// <inheritdoc/>
    public override void Begin() => (_next, _used) = (0, 0);

    /// <inheritdoc/>
    public override void Value<T>(T value)
    {
        int end = _used + sizeof(T);
        if (end > Capacity)
        {
            Argument((nuint)sizeof(T), &value);
            return;
        }

        var given = new ReadOnlySpan<byte>(&value, sizeof(T));
        Span<byte> kept = _block.AsSpan(_used, sizeof(T));
        _used = end;
        if (end <= _kept && given.SequenceEqual(kept))
        {
            _next++;
            return;
        }

        Argument((nuint)sizeof(T), &value);
        given.CopyTo(kept);
        _kept = Math.Max(_kept, end);
    }

    /// <inheritdoc/>
    public override void View<T>(ArrayView<T> view)
    {
        nint memory = view.Buffer is null ? 0 : ((OpenClBuffer)view.Buffer).Memory;
        Argument((nuint)sizeof(nint), &memory);
        Value(view.Offset);
        Value(view.Length);
    }

    /// <inheritdoc/>
    public override void Launch(LaunchSize size)
    {
        if (size.GridX <= 0 || size.GridY <= 0 || size.GridZ <= 0)
            return;
        if (size.GroupSize > _largestGroup)
            size = GroupFit.Shrink(_definition, size, _largestGroup);
        nuint* global = stackalloc nuint[] { (nuint)size.GridX * (nuint)size.GroupX, (nuint)size.GridY * (nuint)size.GroupY, (nuint)size.GridZ * (nuint)size.GroupZ };
        nuint* group = stackalloc nuint[] { (nuint)size.GroupX, (nuint)size.GroupY, (nuint)size.GroupZ };
        int error = _queue.Launch(_kernel, global, group, _definition.Name);
        if (error != 0)
            throw OpenClError.Failure(error, $"launching kernel {_definition.Name} with {size}");
    }

    /// <summary>Gives the kernel object back.</summary>
    public void Dispose() => _ = clReleaseKernel(_kernel);

    private void Argument(nuint size, void* value)
    {
        int error = clSetKernelArg(_kernel, _next, size, value);
        if (error != 0)
            throw OpenClError.Failure(error, $"giving kernel {_definition.Name} argument {_next}");
        _next++;
    }
}

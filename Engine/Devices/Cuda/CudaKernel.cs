using SegFromScratch.Engine.Dialect;
using static SegFromScratch.Engine.Devices.Cuda.CudaNative;

namespace SegFromScratch.Engine.Devices.Cuda;

/// <summary>A kernel of an NVIDIA GPU, in a module of its own.</summary>
internal sealed unsafe class CudaKernel : CompiledKernel, IDisposable
{
    private readonly CudaDevice _device;
    private readonly KernelDefinition _definition;
    private readonly CudaArguments _arguments = new();
    private readonly nint _module;
    private readonly nint _function;
    private readonly int _largestGroup;

    /// <summary>Loads a module.</summary>
    /// <param name="device">The device, its context current.</param>
    /// <param name="definition">The kernel.</param>
    /// <param name="image">PTX with its closing zero, or machine code.</param>
    public CudaKernel(CudaDevice device, KernelDefinition definition, byte[] image)
    {
        (_device, _definition) = (device, definition);
        nint module;
        fixed (byte* bytes = image)
            CudaError.Check(cuModuleLoadData(&module, bytes), $"loading kernel {definition.Name}");
        _module = module;
        nint function;
        CudaError.Check(cuModuleGetFunction(&function, module, definition.EntryPoint), $"looking for {definition.EntryPoint} in kernel {definition.Name}");
        _function = function;
        int largest;
        CudaError.Check(cuFuncGetAttribute(&largest, FunctionMaxThreadsPerBlock, function), $"asking for the group size of kernel {definition.Name}");
        _largestGroup = Math.Max(1, largest);
    }

    /// <inheritdoc/>
    public override void Begin() => _arguments.Begin();

    /// <inheritdoc/>
    public override void Value<T>(T value) => _arguments.Add(value);

    /// <inheritdoc/>
    public override void View<T>(ArrayView<T> view)
    {
        ulong start = view.Buffer is null ? 0 : ((CudaBuffer)view.Buffer).Address + ((ulong)view.Offset * (ulong)sizeof(T));
        _arguments.Add(start);
        _arguments.Add(view.Length);
    }

    /// <inheritdoc/>
    public override void Launch(LaunchSize size)
    {
        if (size.GridX <= 0 || size.GridY <= 0 || size.GridZ <= 0)
            return;
        if (size.GroupSize > _largestGroup)
            size = GroupFit.Shrink(_definition, size, _largestGroup);
        _device.MakeCurrent();
        int error = cuLaunchKernel(
            _function, (uint)size.GridX, (uint)size.GridY, (uint)size.GridZ, (uint)size.GroupX, (uint)size.GroupY, (uint)size.GroupZ,
            0, _device.Stream, _arguments.Pointers, null);
        if (error != 0)
            throw CudaError.Failure(error, $"launching kernel {_definition.Name} with {size}");
    }

    /// <summary>Unloads the module.</summary>
    public void Dispose()
    {
        _ = cuModuleUnload(_module);
        _arguments.Dispose();
    }
}

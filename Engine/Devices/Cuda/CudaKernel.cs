using System.Text;
using SegFromScratch.Engine.Dialect;

namespace SegFromScratch.Engine.Devices.Cuda;

/// <summary>A kernel of an NVIDIA GPU, in a module of its own. Its arguments lie in one block that was prepared once; a launch writes them and allocates nothing.</summary>
internal sealed unsafe class CudaKernel : CompiledKernel, IDisposable
{
    private readonly CudaDevice _device;
    private readonly CudaDriver _driver;
    private readonly KernelDefinition _definition;
    private readonly CudaArguments _arguments = new();
    private readonly nint _module;
    private readonly nint _function;
    private readonly int _largestGroup;

    /// <summary>Takes over a module.</summary>
    /// <param name="device">The device, its context current.</param>
    /// <param name="driver">Its driver.</param>
    /// <param name="definition">The kernel.</param>
    /// <param name="module">The module with the kernel.</param>
    public CudaKernel(CudaDevice device, CudaDriver driver, KernelDefinition definition, nint module)
    {
        (_device, _driver, _definition, _module) = (device, driver, definition, module);
        nint function;
        fixed (byte* name = Encoding.UTF8.GetBytes(definition.EntryPoint + '\0'))
            driver.Check(driver.cuModuleGetFunction(&function, module, name), $"looking for {definition.EntryPoint} in kernel {definition.Name}");
        _function = function;
        int largest;
        driver.Check(driver.cuFuncGetAttribute(&largest, CudaDriver.FunctionMaxThreadsPerBlock, function), $"asking for the group size of kernel {definition.Name}");
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
        CudaKernelTimes? times = _device.KernelTimes;
        times?.Begin(_definition.Name);
        int error = _driver.cuLaunchKernel(
            _function, (uint)size.GridX, (uint)size.GridY, (uint)size.GridZ, (uint)size.GroupX, (uint)size.GroupY, (uint)size.GroupZ,
            0, _device.Stream, _arguments.Pointers, null);
        if (error != 0)
            throw _driver.Failure(error, $"launching kernel {_definition.Name} with {size}");
        times?.End();
    }

    /// <summary>Unloads the module.</summary>
    public void Dispose()
    {
        _ = _driver.cuModuleUnload(_module);
        _arguments.Dispose();
    }
}

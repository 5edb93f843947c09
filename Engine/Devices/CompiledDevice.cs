using SegFromScratch.Engine.Dialect;

namespace SegFromScratch.Engine.Devices;

/// <summary>A device whose driver compiles the kernels' text: <c>opencl</c> and <c>cuda</c>.</summary>
public abstract class CompiledDevice : Device
{
    /// <summary>True where the kernels run on a CPU, whose work-items are loops: few of them that do much each are fastest there.</summary>
    public virtual bool IsProcessor => false;

    /// <summary>How many kernels were compiled from their text, and how many came from the cache on disk.</summary>
    public abstract (int Compiled, int FromCache) Builds { get; }

    /// <summary>The kernel, compiled for its constants when it is first asked for.</summary>
    /// <param name="definition">The kernel.</param>
    /// <param name="constants">The values of <see cref="KernelDefinition.Constants"/>, in order.</param>
    /// <exception cref="DeviceException">The driver does not compile it.</exception>
    public abstract CompiledKernel Kernel(KernelDefinition definition, ReadOnlySpan<int> constants);
}

/// <summary>A kernel in the form of a device. Arguments are given in order, then it is launched; nothing is allocated.</summary>
public abstract class CompiledKernel
{
    /// <summary>The group size for implicitly grouped kernels.</summary>
    public const int ImplicitGroupSize = 128;

    /// <summary>Starts over with the first argument.</summary>
    public abstract void Begin();

    /// <summary>Gives a number or a struct, by value.</summary>
    public abstract void Value<T>(T value)
        where T : unmanaged;

    /// <summary>Gives a view: its memory, its offset (OpenCL only) and its 32-bit length.</summary>
    public abstract void View<T>(ArrayView<T> view)
        where T : unmanaged;

    /// <summary>Gives a tensor: the view of its data, then its layout by value.</summary>
    public void Tensor(TensorView tensor)
    {
        View(tensor.Data);
        Value(tensor.Layout);
    }

    /// <summary>Launches an explicitly grouped kernel.</summary>
    public abstract void Launch(LaunchSize size);

    /// <summary>Launches an implicitly grouped kernel; the extent was given as its first argument.</summary>
    public void Launch(int extent)
    {
        if (extent > 0)
            Launch(new LaunchSize((extent + ImplicitGroupSize - 1) / ImplicitGroupSize, ImplicitGroupSize));
    }
}

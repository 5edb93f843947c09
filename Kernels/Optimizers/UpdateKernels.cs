using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Profiling;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Cpu;
using SegFromScratch.Kernels.Profiling;

namespace SegFromScratch.Kernels.Optimizers;

/// <summary>The forms of an update, and which of them is taken: on GPUs eight parameters in a launch, so that a network of 82 takes 11 launches.</summary>
/// <typeparam name="TFactors">The numbers that all elements share.</typeparam>
internal sealed class UpdateKernels<TFactors>
{
    /// <summary>Updates one parameter on the <c>cpu</c> device.</summary>
    /// <param name="device">Where.</param>
    /// <param name="views">The parameter's memory.</param>
    /// <param name="factors">The shared numbers.</param>
    public delegate void CpuUpdate(CpuDevice device, UpdateViews views, TFactors factors);

    /// <summary>Launches the kernel.</summary>
    /// <param name="device">Where.</param>
    /// <param name="size">A group for each chunk of the parameters.</param>
    /// <param name="views">Their memory.</param>
    /// <param name="factors">The shared numbers.</param>
    public delegate void Launcher(Device device, LaunchSize size, ref readonly EightViews views, TFactors factors);

    /// <summary>The name in a profile; null where no work is counted.</summary>
    public string? Operation { get; init; }

    /// <summary>Whether sources change as well as targets.</summary>
    public bool ChangesSource { get; init; }

    /// <summary>The SIMD form for one parameter; null where the kernel's loops serve the <c>cpu</c> device as well.</summary>
    public CpuUpdate? Cpu { get; init; }

    /// <summary>Launches the kernel for up to eight parameters.</summary>
    public required Launcher Launch { get; init; }

    /// <summary>Carries out updates that were checked.</summary>
    /// <param name="updates">The updates.</param>
    /// <param name="factors">The numbers that they share.</param>
    /// <param name="operationsPerElement">The arithmetic of one element, for the profile.</param>
    public void Run(IReadOnlyList<ParameterUpdate> updates, TFactors factors, int operationsPerElement = 0)
    {
        for (int next = 0; next < updates.Count;)
        {
            Device device = updates[next].Target.Device;
            int count = 1;
            if (Cpu is not null && CpuPath.Of(device) is { } cpu)
                Cpu(cpu, UpdateViews.Of(updates[next], ChangesSource), factors);
            else
                count = LaunchTogether(device, updates, next, factors);
            if (Operation is not null)
                device.Profile?.End(WorkOf(updates, next, count, operationsPerElement, out TensorShape shape), shape);
            next += count;
        }
    }

    private int LaunchTogether(Device device, IReadOnlyList<ParameterUpdate> updates, int first, TFactors factors)
    {
        var views = default(EightViews);
        int count = Math.Min(EightViews.Count, updates.Count - first);
        for (int i = 0; i < count; i++)
            views[i] = UpdateViews.Of(updates[first + i], ChangesSource);
        Launch(device, views.Size(device), ref views, factors);
        return count;
    }

    // All but the source is read and written. One parameter has a row of its shape, several have one of all their elements.
    private Work WorkOf(IReadOnlyList<ParameterUpdate> updates, int first, int count, int operationsPerElement, out TensorShape shape)
    {
        long elements = 0, bytes = 0;
        for (int i = first; i < first + count; i++)
        {
            (Tensor target, Tensor? source, Tensor? state, Tensor? secondState) = updates[i];
            elements += target.Shape.Elements;
            bytes += source!.Bytes + (2 * (target.Bytes + (state?.Bytes ?? 0) + (secondState?.Bytes ?? 0)));
        }

        shape = count == 1 ? updates[first].Target.Shape : TensorShape.Vector((int)elements);
        return new Work(Operation!, OperationWork.Update, operationsPerElement * elements, bytes);
    }
}

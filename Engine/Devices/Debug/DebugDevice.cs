using SegFromScratch.Engine.Dialect;
using SegFromScratch.Engine.Memory;

namespace SegFromScratch.Engine.Devices.Debug;

/// <summary>
/// Runs each kernel as the C# that was written, so that a breakpoint in it is hit. Indices are checked against each dimension;
/// memory that nobody has written reads as NaN; a data race is an error. Implicitly grouped kernels run on the calling thread, one index after the other;
/// the work-items of an explicit group are threads, of which one runs at a time, from barrier to barrier.
/// </summary>
public sealed class DebugDevice : HostDevice
{
    /// <inheritdoc/>
    public override string Name => "debug";

    /// <inheritdoc/>
    public override string Description => "every kernel as the C# that was written, with bounds checks and real barriers";

    /// <summary>Runs an implicitly grouped kernel. Called by generated launchers.</summary>
    public static void Run(KernelDefinition definition, int extent, Action<Index1D> kernel)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentNullException.ThrowIfNull(kernel);
        using var local = new LocalWorkGroup();
        var races = new RaceLog(definition.Name);
        ref WorkItem item = ref WorkItem.Current;
        item = new WorkItem { Kernel = definition.Name, Local = local, Races = races };
        try
        {
            for (int index = 0; index < extent; index++)
            {
                item.Index = index;
                races.Begin(new Turn(index, index, phase: 0));
                kernel(index);
                races.End();
                local.Reset();
            }
        }
        finally
        {
            WorkItem.Current = default;
        }
    }

    /// <summary>Runs an explicitly grouped kernel. Called by generated launchers.</summary>
    public static void Run(KernelDefinition definition, LaunchSize size, Action kernel)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentNullException.ThrowIfNull(kernel);
        if (definition.GroupSize > 0 && definition.GroupSize != size.GroupSize)
            throw new KernelFaultException($"kernel {definition.Name} is written for groups of {definition.GroupSize} work-items and was launched with {size.GroupSize}");
        using var group = new ThreadedWorkGroup(definition, size, kernel);
        group.Run();
    }

    /// <inheritdoc/>
    protected override unsafe void Prepare(DeviceBuffer buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);

        // All bits set are a NaN: what the last owner left must not hide that nobody has written.
        System.Runtime.InteropServices.NativeMemory.Fill((void*)buffer.HostAddress, (nuint)buffer.Bytes, 0xFF);
    }
}

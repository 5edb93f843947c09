namespace SegFromScratch.Engine.Dialect;

/// <summary>Memory that the work-items of one group share.</summary>
public static class SharedMemory
{
    /// <summary>An array of the group. In a kernel it may only initialise a local variable, and the length is a constant or a specialised value.</summary>
    public static ArrayView<T> Allocate<T>(int length)
        where T : unmanaged
    {
        ref WorkItem item = ref WorkItem.Current;
        IWorkGroup group = item.Group ?? throw new KernelFaultException("shared memory needs an explicitly grouped kernel");
        return group.Shared<T>(item.SharedAllocations++, length);
    }
}

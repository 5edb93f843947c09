namespace SegFromScratch.Engine.Dialect;

/// <summary>Memory of one work-item: registers where the device can, so keep it small and index it with constants.</summary>
public static class LocalMemory
{
    /// <summary>An array of the running work-item, not initialised. In a kernel it may only initialise a local variable, and the length is a constant or a specialised value.</summary>
    public static ArrayView<T> Allocate<T>(int length)
        where T : unmanaged =>
        (WorkItem.Current.Local ?? throw new KernelFaultException("local memory needs a running kernel")).Allocate<T>(length);
}

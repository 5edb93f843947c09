namespace SegFromScratch.Engine.Dialect;

/// <summary>The group of work-items that run together and share memory, seen from the running work-item.</summary>
public static class Group
{
    /// <summary>This work-item's index in x.</summary>
    [DeviceIntrinsic("((int)get_local_id(0))", "((int)threadIdx.x)")]
    public static int IdxX => WorkItem.Current.GroupX;

    /// <summary>This work-item's index in y.</summary>
    [DeviceIntrinsic("((int)get_local_id(1))", "((int)threadIdx.y)")]
    public static int IdxY => WorkItem.Current.GroupY;

    /// <summary>This work-item's index in z.</summary>
    [DeviceIntrinsic("((int)get_local_id(2))", "((int)threadIdx.z)")]
    public static int IdxZ => WorkItem.Current.GroupZ;

    /// <summary>The number of work-items in x.</summary>
    [DeviceIntrinsic("((int)get_local_size(0))", "((int)blockDim.x)")]
    public static int DimX => WorkItem.Current.GroupSizeX;

    /// <summary>The number of work-items in y.</summary>
    [DeviceIntrinsic("((int)get_local_size(1))", "((int)blockDim.y)")]
    public static int DimY => WorkItem.Current.GroupSizeY;

    /// <summary>The number of work-items in z.</summary>
    [DeviceIntrinsic("((int)get_local_size(2))", "((int)blockDim.z)")]
    public static int DimZ => WorkItem.Current.GroupSizeZ;

    /// <summary>Waits for every work-item of the group; what they wrote to shared and global memory before is seen by all after.</summary>
    [DeviceIntrinsic("barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE)", "__syncthreads()")]
    public static void Barrier() => (WorkItem.Current.Group ?? throw new KernelFaultException("a barrier needs an explicitly grouped kernel")).Barrier();
}

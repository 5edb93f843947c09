namespace SegFromScratch.Engine.Dialect;

/// <summary>The grid of groups that a kernel was launched with, seen from the running work-item.</summary>
public static class Grid
{
    /// <summary>This group's index in x.</summary>
    [DeviceIntrinsic("((int)get_group_id(0))", "((int)blockIdx.x)")]
    public static int IdxX => WorkItem.Current.GridX;

    /// <summary>This group's index in y.</summary>
    [DeviceIntrinsic("((int)get_group_id(1))", "((int)blockIdx.y)")]
    public static int IdxY => WorkItem.Current.GridY;

    /// <summary>This group's index in z.</summary>
    [DeviceIntrinsic("((int)get_group_id(2))", "((int)blockIdx.z)")]
    public static int IdxZ => WorkItem.Current.GridZ;

    /// <summary>The number of groups in x.</summary>
    [DeviceIntrinsic("((int)get_num_groups(0))", "((int)gridDim.x)")]
    public static int DimX => WorkItem.Current.GridSizeX;

    /// <summary>The number of groups in y.</summary>
    [DeviceIntrinsic("((int)get_num_groups(1))", "((int)gridDim.y)")]
    public static int DimY => WorkItem.Current.GridSizeY;

    /// <summary>The number of groups in z.</summary>
    [DeviceIntrinsic("((int)get_num_groups(2))", "((int)gridDim.z)")]
    public static int DimZ => WorkItem.Current.GridSizeZ;
}

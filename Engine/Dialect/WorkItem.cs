using SegFromScratch.Engine.Devices.Debug;

namespace SegFromScratch.Engine.Dialect;

/// <summary>Where the running thread stands while it executes a kernel as plain C#: what <see cref="Grid"/> and <see cref="Group"/> read.</summary>
internal struct WorkItem
{
    [ThreadStatic]
    private static WorkItem s_current;

    /// <summary>The work-item of the running thread.</summary>
    public static ref WorkItem Current => ref s_current;

    /// <summary>The kernel's name, null outside a kernel.</summary>
    public string? Kernel;

    /// <summary>The index of an implicitly grouped kernel, or -1.</summary>
    public int Index;

    public int GridX, GridY, GridZ;
    public int GridSizeX, GridSizeY, GridSizeZ;
    public int GroupX, GroupY, GroupZ;
    public int GroupSizeX, GroupSizeY, GroupSizeZ;

    /// <summary>The group's shared memory and barrier; null for implicitly grouped kernels.</summary>
    public IWorkGroup? Group;

    /// <summary>The work-item's private memory.</summary>
    public ILocalMemory? Local;

    /// <summary>What all work-items of the launch have used; null where races are not looked for.</summary>
    public RaceLog? Races;

    /// <summary>How many times this work-item has called <see cref="SharedMemory.Allocate{T}"/>: the n-th call of each item is the same array.</summary>
    public int SharedAllocations;

    /// <summary>The work-item's place in its group, in words.</summary>
    public readonly string Place => $"work-item ({GroupX}, {GroupY}, {GroupZ})";

    /// <summary>One line for messages: kernel and place.</summary>
    public static string Describe()
    {
        ref readonly WorkItem item = ref s_current;
        if (item.Kernel is null)
            return "outside a kernel";
        return item.Index >= 0 && item.Group is null
            ? $"kernel {item.Kernel}, index {item.Index}"
            : $"kernel {item.Kernel}, group ({item.GridX}, {item.GridY}, {item.GridZ}), {item.Place}";
    }
}

/// <summary>What the work-items of one group share while a kernel runs as plain C#.</summary>
internal interface IWorkGroup
{
    /// <summary>Waits until every work-item of the group has come to a barrier.</summary>
    void Barrier();

    /// <summary>The group's n-th shared array, made by the first work-item that asks.</summary>
    ArrayView<T> Shared<T>(int sequence, int length)
        where T : unmanaged;
}

/// <summary>The private memory of one work-item while a kernel runs as plain C#.</summary>
internal interface ILocalMemory
{
    /// <summary>An array that lives until the work-item ends.</summary>
    ArrayView<T> Allocate<T>(int length)
        where T : unmanaged;
}

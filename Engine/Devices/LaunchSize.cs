namespace SegFromScratch.Engine.Devices;

/// <summary>How many groups of how many work-items an explicitly grouped kernel runs with.</summary>
/// <param name="GridX">Groups in x.</param>
/// <param name="GridY">Groups in y.</param>
/// <param name="GridZ">Groups in z.</param>
/// <param name="GroupX">Work-items a group in x.</param>
/// <param name="GroupY">Work-items a group in y.</param>
/// <param name="GroupZ">Work-items a group in z.</param>
public readonly record struct LaunchSize(int GridX, int GridY, int GridZ, int GroupX, int GroupY, int GroupZ)
{
    /// <summary>A grid and groups of one dimension.</summary>
    public LaunchSize(int grid, int group)
        : this(grid, 1, 1, group, 1, 1)
    {
    }

    /// <summary>The number of groups.</summary>
    public int Groups => GridX * GridY * GridZ;

    /// <summary>The number of work-items a group.</summary>
    public int GroupSize => GroupX * GroupY * GroupZ;
}

namespace SegFromScratch.Engine.Devices.Debug;

/// <summary>What one work-item does from one barrier to the next.</summary>
/// <param name="group">The group, counted through the grid; the index where there are no groups.</param>
/// <param name="item">The work-item, counted through all groups.</param>
/// <param name="phase">How many barriers the group has passed.</param>
/// <param name="place">The work-item in words; null where its number says all.</param>
internal sealed class Turn(int group, int item, int phase, string? place = null)
{
    /// <summary>The work-item in words.</summary>
    public string Place => place ?? $"index {Item}";

    private int Group { get; } = group;

    private int Item { get; } = item;

    private int Phase { get; } = phase;

    /// <summary>True if no barrier lies between: on a GPU the two may run at the same time.</summary>
    public bool RunsBeside(Turn other) => Item != other.Item && (Group != other.Group || Phase == other.Phase);

    /// <summary>True for the same work-item, and for one that a barrier keeps apart.</summary>
    public bool IsReplacedBy(Turn later) => Group == later.Group && (Item == later.Item || Phase != later.Phase);
}

/// <summary>A line of a kernel, reached in a turn.</summary>
/// <param name="Turn">Who reached it; null for nobody.</param>
/// <param name="File">The source file.</param>
/// <param name="Line">The line in it.</param>
internal readonly record struct Access(Turn? Turn, string? File, int Line)
{
    /// <summary>File and line, as compilers write them.</summary>
    public string Source => $"{Path.GetFileName(File)}:{Line}";

    /// <summary>True if somebody was here and no barrier lies between that and a turn.</summary>
    public bool RunsBeside(Turn turn) => Turn is not null && Turn.RunsBeside(turn);
}

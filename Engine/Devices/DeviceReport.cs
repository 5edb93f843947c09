namespace SegFromScratch.Engine.Devices;

/// <summary>One line of <c>seg devices</c>: a device that was found, or a kind of device that was looked for and why there is none.</summary>
/// <param name="Name">The name for the command line: <c>cpu</c>, <c>opencl:1</c>.</param>
/// <param name="Description">Hardware and driver in words; empty if there is none.</param>
/// <param name="MemoryBytes">The device's memory, 0 if unknown.</param>
/// <param name="IsGraphicsProcessor">True for GPUs; <c>auto</c> takes compiled devices only if they are.</param>
/// <param name="Rejection">Why it cannot be used, and what would mend it; null if it can.</param>
public sealed record DeviceReport(string Name, string Description, long MemoryBytes, bool IsGraphicsProcessor, string? Rejection)
{
    /// <summary>True if the device can be opened.</summary>
    public bool IsUsable => Rejection is null;
}

/// <summary>Why a kind of device does not exist on this machine.</summary>
/// <param name="Reason">What was found missing.</param>
/// <param name="Remedy">What would mend it.</param>
internal sealed record DeviceAbsence(string Reason, string Remedy)
{
    /// <summary>Reason and remedy in one line.</summary>
    public override string ToString() => $"{Reason}: {Remedy}";
}

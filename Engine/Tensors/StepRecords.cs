using System.Runtime.CompilerServices;
using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Devices.Debug;

namespace SegFromScratch.Engine.Tensors;

/// <summary>
/// The records of a device that no step uses at present. Steps take turns with two of them, so that a tensor which somebody has forgotten
/// to let go of is still an error in the step after its own: its object is not yet another's.
/// </summary>
internal sealed class StepRecords
{
    private const int Turns = 2;
    private static readonly ConditionalWeakTable<Device, StepRecords> s_ofDevices = [];
    private readonly Queue<StepRecord> _idle = new();

    /// <summary>Those of a device; null on <c>debug</c>, where each step makes its own: there a tensor of an ended step stays an error however many steps later.</summary>
    public static StepRecords? Of(Device device) => device is DebugDevice ? null : s_ofDevices.GetOrAdd(device, static _ => new StepRecords());

    /// <summary>The record that has waited longest, or a new one.</summary>
    public StepRecord Take() => _idle.Count < Turns ? new StepRecord() : _idle.Dequeue();

    /// <summary>Takes the record of a step that has ended.</summary>
    public void GiveBack(StepRecord record) => _idle.Enqueue(record);
}

using SegFromScratch.Engine.Memory;

namespace SegFromScratch.Engine.Devices;

/// <summary>
/// Counts memory and computes nothing: a training step on it tells what the step will need on the device it stands for, before that step runs.
/// </summary>
/// <param name="device">The device it stands for.</param>
public sealed class PlanningDevice(Device device) : Device
{
    /// <inheritdoc/>
    public override string Name => device.Name;

    /// <inheritdoc/>
    public override string Description => $"plan of {device.Description}";

    /// <inheritdoc/>
    public override int ChannelBlock(int channels) => device.ChannelBlock(channels);

    /// <inheritdoc/>
    public override void Clear(DeviceBuffer buffer, long bytes)
    {
    }

    /// <inheritdoc/>
    public override void Synchronize()
    {
    }

    /// <inheritdoc/>
    protected override DeviceBuffer Allocate(long bytes) => new PlannedBuffer(bytes);

    /// <inheritdoc/>
    protected override void WriteBytes(DeviceBuffer buffer, ReadOnlySpan<byte> source)
    {
    }

    /// <inheritdoc/>
    protected override void ReadBytes(DeviceBuffer buffer, Span<byte> destination) => destination.Clear();

    private sealed class PlannedBuffer(long bytes) : DeviceBuffer(bytes)
    {
        public override void Dispose()
        {
        }
    }
}

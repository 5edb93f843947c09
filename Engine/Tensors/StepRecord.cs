using SegFromScratch.Engine.Devices;

namespace SegFromScratch.Engine.Tensors;

/// <summary>What a step notes: the memory that it made and its tape. The next steps use the record again with its lists and objects.</summary>
internal sealed class StepRecord
{
    /// <summary>The memory that goes back when the step ends, unless it went before.</summary>
    public ReusedObjects<StepMemory> Made { get; } = new();

    /// <summary>What was done, for the backward pass.</summary>
    public Tape Tape { get; } = new();

    /// <summary>A tensor that waits to take memory: of an earlier step, or new.</summary>
    public Tensor NextTensor(Device device) => Made.Earlier<Tensor>() is { IsAlive: false } earlier ? earlier : new Tensor(device);

    /// <summary>An array that waits to take memory: of an earlier step, or new.</summary>
    public DeviceArray<T> NextArray<T>(Device device)
        where T : unmanaged =>
        Made.Earlier<DeviceArray<T>>() is { IsAlive: false } earlier ? earlier : new DeviceArray<T>(device);

    /// <summary>Frees what the step made, but the gradients of persistent tensors, and lets go of everything.</summary>
    public void End()
    {
        for (int i = 0; i < Made.Count; i++)
        {
            if (Made[i] is not Tensor { IsKeptByParameter: true })
                Made[i].Free();
        }

        Made.Rewind();
        Tape.Clear();
    }
}

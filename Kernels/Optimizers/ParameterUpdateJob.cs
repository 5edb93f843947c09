using System.Runtime.CompilerServices;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Optimizers;

/// <summary>Walks a parameter once and updates each of its elements.</summary>
/// <typeparam name="TUpdate">The optimiser.</typeparam>
internal readonly struct ParameterUpdateJob<TUpdate> : ICpuJob
    where TUpdate : struct, IParameterUpdate
{
    private readonly TUpdate _update;
    private readonly int _length;

    private ParameterUpdateJob(TUpdate update, int length)
    {
        _update = update;
        _length = length;
    }

    /// <summary>Updates a parameter of so many elements.</summary>
    public static void Run(CpuDevice device, TUpdate update, int length) =>
        device.Threads.Run(new ParameterUpdateJob<TUpdate>(update, length), (length + Map.Each - 1) / Map.Each);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Execute(int ticket, int worker)
    {
        TUpdate update = _update;
        int i = ticket * Map.Each;
        int end = Math.Min(_length, i + Map.Each);
        for (; i + 8 <= end; i += 8)
            update.UpdateEight(i);
        for (; i < end; i++)
            update.UpdateOne(i);
    }
}

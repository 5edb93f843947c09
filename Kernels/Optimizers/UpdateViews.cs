using System.Runtime.CompilerServices;
using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Dialect;

namespace SegFromScratch.Kernels.Optimizers;

/// <summary>The memory of a <see cref="ParameterUpdate"/>. A view is empty where there is no such tensor.</summary>
/// <param name="Target">What changes.</param>
/// <param name="Source">What it changes by.</param>
/// <param name="First">What is remembered.</param>
/// <param name="Second">What else is remembered.</param>
internal readonly record struct UpdateViews(ArrayView<float> Target, ArrayView<float> Source, ArrayView<float> First, ArrayView<float> Second)
{
    /// <summary>The memory of an update that was checked.</summary>
    /// <param name="update">The tensors.</param>
    /// <param name="changesSource">Whether the source changes as well.</param>
    public static UpdateViews Of(in ParameterUpdate update, bool changesSource = false) =>
        new(update.Target.Data, changesSource ? update.Source!.Data : update.Source!.ReadOnlyData, update.First?.Data ?? default, update.Second?.Data ?? default);
}

/// <summary>The memory of the parameters of one launch; those beyond the last are empty.</summary>
[InlineArray(Count)]
internal struct EightViews
{
    /// <summary>How many there are at most.</summary>
    public const int Count = 8;

    private const int GpuGroup = 256;

    private UpdateViews _first;

    /// <summary>A group for each chunk of the targets; on a processor a group is one work-item.</summary>
    public readonly LaunchSize Size(Device device)
    {
        int chunks = 0;
        foreach (UpdateViews views in this)
            chunks += EightParameters.Chunks(views.Target);
        return new LaunchSize(chunks, device is CompiledDevice { IsProcessor: false } ? GpuGroup : 1);
    }
}

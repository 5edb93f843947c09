using System.Runtime.CompilerServices;
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
    public static UpdateViews Of(in ParameterUpdate update) =>
        new(update.Target.Data, update.Source!.ReadOnlyData, update.First?.Data ?? default, update.Second?.Data ?? default);
}

/// <summary>The memory of the parameters of one launch; those beyond the last are empty.</summary>
[InlineArray(Count)]
internal struct EightViews
{
    /// <summary>How many there are at most.</summary>
    public const int Count = 8;

    private UpdateViews _first;
}

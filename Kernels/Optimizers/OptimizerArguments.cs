using System.Diagnostics.CodeAnalysis;
using SegFromScratch.Engine.Tensors;

namespace SegFromScratch.Kernels.Optimizers;

/// <summary>Checks that all optimisers share.</summary>
internal static class OptimizerArguments
{
    /// <summary>Checks that every parameter has its gradient, and what is remembered of it under these names.</summary>
    /// <exception cref="ArgumentException">A gradient or a state is missing, or the layout of a state differs.</exception>
    public static void Check(IReadOnlyList<ParameterUpdate> updates, string? first = null, string? second = null)
    {
        ArgumentNullException.ThrowIfNull(updates);
        for (int i = 0; i < updates.Count; i++)
        {
            ParameterUpdate update = updates[i];
            if (update.Source is null)
                throw new ArgumentException($"'{update.Target.Name}' has no gradient: run a backward pass that reaches it before the update", nameof(updates));
            if (first is not null)
                CheckState(update.Target, update.First, first);
            if (second is not null)
                CheckState(update.Target, update.Second, second);
        }
    }

    /// <summary>Checks that the state of an optimiser lies like its parameter.</summary>
    /// <exception cref="ArgumentException">It is missing, or its layout differs.</exception>
    public static void CheckState(Tensor parameter, [NotNull] Tensor? state, string what)
    {
        if (state is null)
            throw new ArgumentException($"'{parameter.Name}' needs a tensor for its {what}");
        if (state.Layout != parameter.Layout)
            throw new ArgumentException($"the {what} of '{parameter.Name}' has layout {state.Layout}, not {parameter.Layout}");
    }
}

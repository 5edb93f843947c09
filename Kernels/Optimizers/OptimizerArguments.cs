using System.Diagnostics.CodeAnalysis;
using SegFromScratch.Engine.Tensors;

namespace SegFromScratch.Kernels.Optimizers;

/// <summary>Checks that all optimisers share.</summary>
internal static class OptimizerArguments
{
    /// <summary>The gradient of a parameter.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Tensor GradientOf(Tensor parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        return parameter.Gradient
            ?? throw new ArgumentException($"'{parameter.Name}' has no gradient: run a backward pass that reaches it before the update", nameof(parameter));
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

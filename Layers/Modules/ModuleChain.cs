using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Addition;
using SegFromScratch.Kernels.Convolution;

namespace SegFromScratch.Layers.Modules;

/// <summary>Runs modules one after the other. In inference a convolution and the normalisation after it run as one operation.</summary>
internal static class ModuleChain
{
    /// <summary>Computes the output of the last module and releases what lies between them. The caller owns one reference to the result.</summary>
    public static Tensor Run(Step step, Tensor input, ReadOnlySpan<Module> modules)
    {
        if (modules.IsEmpty)
            Step.Retain(input);
        Tensor current = input;
        bool isOurs = false;
        while (!modules.IsEmpty)
        {
            // A module that does nothing, as dropout in inference, hands back what it was given with one more reference: that one is ours too.
            Tensor next = RunFirst(step, current, ref modules);
            if (isOurs)
                Step.Release(current);
            (current, isOurs) = (next, true);
        }

        return current;
    }

    /// <summary>
    /// The end of a residual block: modules(input) + added, at least 0 with the ReLU. Unless a ReLU stands between them, the last normalisation and the sum run as one operation,
    /// in inference with the convolution before them.
    /// The caller owns one reference to the result.
    /// </summary>
    /// <param name="step">The running step.</param>
    /// <param name="input">What the modules are given.</param>
    /// <param name="modules">The residual.</param>
    /// <param name="added">What is added, or what the shortcut is given.</param>
    /// <param name="shortcut">Makes what is added; null adds it as it is.</param>
    /// <param name="relu">Whether max(0, y) of the sum is taken.</param>
    public static Tensor RunAndAdd(Step step, Tensor input, ReadOnlySpan<Module> modules, Tensor added, Module? shortcut, bool relu)
    {
        BatchNormalization2D? normalization = modules is [.., BatchNormalization2D { HasRelu: false } last] ? last : null;
        Convolution2D? convolution = !step.IsTraining && normalization is not null && modules is [.., Convolution2D before, _] ? before : null;
        int joined = convolution is not null ? 2 : normalization is not null ? 1 : 0;
        Tensor residual = Run(step, input, modules[..^joined]);
        Tensor other = shortcut?.Forward(step, added) ?? added;
        Tensor output = convolution?.ForwardAndAdd(step, residual, normalization!, new ResidualSum(other, relu))
            ?? normalization?.ForwardAndAdd(step, residual, other, relu)
            ?? (relu ? Addition.ApplyRelu(step, residual, other) : Addition.Apply(step, residual, other));
        Step.Release(residual);
        if (shortcut is not null)
            Step.Release(other);
        return output;
    }

    private static Tensor RunFirst(Step step, Tensor input, ref ReadOnlySpan<Module> modules)
    {
        Module first = modules[0];
        if (!step.IsTraining && modules is [Convolution2D convolution, BatchNormalization2D normalization, ..])
        {
            modules = modules[2..];
            return convolution.ForwardNormalized(step, input, normalization);
        }

        modules = modules[1..];
        return first.Forward(step, input);
    }
}

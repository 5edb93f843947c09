using SegFromScratch.Engine.Tensors;

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

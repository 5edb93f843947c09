using SegFromScratch.Engine.Memory;
using SegFromScratch.Engine.Tensors;

namespace SegFromScratch.Kernels.BatchNormalization;

/// <summary>Gamma and beta of a normalisation, one number a channel each, and their gradients.</summary>
internal static class ScaleAndShift
{
    /// <summary>Checks that vectors, where there are some, have one number a channel.</summary>
    /// <param name="input">What is normalised, N,C,H,W.</param>
    /// <param name="vectors">Gamma, beta and others that have their shape.</param>
    /// <exception cref="ArgumentException">One has another shape, or a channel block other than 1.</exception>
    public static void Check(Tensor input, params ReadOnlySpan<Tensor?> vectors)
    {
        TensorShape expected = TensorShape.Vector(input.Shape.Channels);
        foreach (Tensor? vector in vectors)
        {
            if (vector is not null && (vector.Shape != expected || vector.Layout.ChannelBlock != 1))
                throw new ArgumentException($"'{vector.Name}' has shape {vector.Shape}; an input of shape {input.Shape} needs shape {expected} with channel block 1");
        }
    }

    /// <summary>Makes both gradients, not initialised. Whether or not somebody trains gamma and beta, the gradient of the input is made from these sums.</summary>
    public static (Tensor BetaGradient, Tensor GammaGradient) CreateGradients(Step step, int channels)
    {
        var vector = new TensorLayout(TensorShape.Vector(channels), 1);
        return (
            step.Create(vector, "gradient of beta", memoryClass: MemoryClass.Gradients),
            step.Create(vector, "gradient of gamma", memoryClass: MemoryClass.Gradients));
    }

    /// <summary>Hands a gradient to its parameter, or frees it where there is none.</summary>
    public static void GiveOrRelease(Step step, Tensor? parameter, Tensor? gradient)
    {
        if (gradient is null)
            return;
        if (parameter is null)
            Step.Release(gradient);
        else
            step.Accumulate(parameter, gradient);
    }
}

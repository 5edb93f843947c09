using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Activation;
using SegFromScratch.Kernels.Addition;
using SegFromScratch.Kernels.Scale;

namespace SegFromScratch.Layers.Modules;

/// <summary>The larger of two tensors, element by element.</summary>
internal static class Maximum
{
    /// <summary>max(a, b) = a + max(0, b - a), made of operations that have gradients; where both are equal the gradient goes to a. Shapes: all N,C,H,W. Releases both.</summary>
    public static Tensor Consume(Step step, Tensor a, Tensor b)
    {
        Tensor negative = Scale.Apply(step, a, -1);
        Tensor difference = Addition.Apply(step, b, negative);
        Step.Release(negative);
        Step.Release(b);
        Tensor surplus = Activation.Relu(step, difference);
        Step.Release(difference);
        Tensor larger = Addition.Apply(step, a, surplus);
        Step.Release(a);
        Step.Release(surplus);
        return larger;
    }
}

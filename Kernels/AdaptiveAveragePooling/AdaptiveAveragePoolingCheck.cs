using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Kernels.AdaptiveAveragePooling;

/// <summary>Cases of <see cref="AdaptiveAveragePooling"/>: sizes that divide and that do not, more windows than pixels, and the whole image.</summary>
internal sealed class AdaptiveAveragePoolingCheck : IOperationCheck
{
    /// <inheritdoc/>
    public IEnumerable<OperationCase> Cases()
    {
        yield return Case(new(2, 5, 6, 8), 3, 4, exact: true);
        yield return Case(new(2, 17, 5, 4), 5, 4, exact: true);
        yield return Case(new(1, 1, 1, 1), 1, 1, exact: true);
        yield return Case(new(1, 4, 1, 1), 3, 2, exact: true);
        yield return Case(new(2, 33, 9, 7), 1, 1);
        yield return Case(new(1, 16, 60, 61), 1, 1);
        yield return Case(new(2, 3, 7, 5), 2, 3);
        yield return Case(new(1, 5, 10, 11), 6, 6);
        yield return Case(new(2, 4, 3, 5), 7, 6);
        yield return Case(new(1, 3, 2, 13), 6, 1);
    }

    private static OperationCase Case(TensorShape input, int height, int width, bool exact = false)
    {
        string name = $"{input} to {height}x{width}";
        var random = new CheckRandom($"adaptive average pooling {name}");
        return new OperationCase
        {
            Operation = "adaptive average pooling",
            Name = name,
            Inputs = [CheckInput.Feature("x", exact ? random.SmallIntegers(input) : random.Normal(input))],
            Tolerance = exact ? 0 : 2e-6,
            Forward = inputs => AdaptiveAveragePoolingReference.Forward(inputs[0], height, width),
            Backward = (_, outputGradient) => [AdaptiveAveragePoolingReference.Backward(input, outputGradient)],
            Run = (step, tensors) => AdaptiveAveragePooling.Apply(step, tensors[0], height, width),
        };
    }
}

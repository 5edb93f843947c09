using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Kernels.MaxPooling;

/// <summary>Cases of <see cref="MaxPooling"/>. Outputs are copies of inputs, so they must be equal to the bit; small whole numbers have ties and exact gradients.</summary>
internal sealed class MaxPoolingCheck : IOperationCheck
{
    /// <inheritdoc/>
    public IEnumerable<OperationCase> Cases()
    {
        foreach (bool ties in (bool[])[false, true])
        {
            yield return Case("2x2 stride 2", new(2, 5, 6, 8), MaxPoolingOptions.Square(2, 2), ties);
            yield return Case("2x2 stride 2 on odd sizes", new(1, 17, 7, 5), MaxPoolingOptions.Square(2, 2), ties);
            yield return Case("2x2 stride 2 rounded up", new(1, 3, 7, 5), MaxPoolingOptions.Square(2, 2, roundUp: true), ties);
            yield return Case("one pixel", new(1, 1, 1, 1), MaxPoolingOptions.Square(1, 1), ties);
            yield return Case("one pixel padded", new(1, 2, 1, 1), MaxPoolingOptions.Square(3, 2, padding: 1), ties);
            yield return Case("3x3 stride 2 padding 1", new(2, 33, 6, 7), MaxPoolingOptions.Square(3, 2, padding: 1), ties);
            yield return Case("3x3 stride 2 same", new(1, 4, 6, 7), MaxPoolingOptions.Same(3, 2), ties);
            yield return Case("3x3 stride 1 padding 1", new(1, 4, 5, 6), MaxPoolingOptions.Square(3, 1, padding: 1), ties);
            yield return Case("3x3 stride 3 dilation 2", new(1, 4, 9, 11), MaxPoolingOptions.Square(3, 3, padding: 1, dilation: 2), ties);
            yield return Case("3x3 stride 3 padding 1 rounded up", new(1, 4, 8, 9), MaxPoolingOptions.Square(3, 3, padding: 1, roundUp: true), ties);
            yield return Case("3x2 differing by axis", new(1, 3, 8, 9), new MaxPoolingOptions { KernelHeight = 3, KernelWidth = 2, StrideY = 1, StrideX = 3, DilationX = 2 }, ties);
        }
    }

    private static OperationCase Case(string name, TensorShape input, MaxPoolingOptions options, bool ties)
    {
        MaxPoolingShape shape = MaxPoolingShape.Create(input, options);
        var random = new CheckRandom($"max pooling {name}");
        return new OperationCase
        {
            Operation = "max pooling",
            Name = $"{name} {input}{(ties ? " with ties" : "")}",
            Inputs = [CheckInput.Feature("x", ties ? random.SmallIntegers(input) : random.Distinct(input))],
            Tolerance = ties ? 0 : 2e-6,
            CheckFiniteDifferences = !ties,
            Forward = inputs => MaxPoolingReference.Forward(shape, inputs[0]).Output,
            Backward = (inputs, outputGradient) => [MaxPoolingReference.Backward(shape, input, MaxPoolingReference.Forward(shape, inputs[0]).Indices, outputGradient)],
            Run = (step, tensors) => MaxPooling.Apply(step, tensors[0], options),
        };
    }
}

using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;
using SegFromScratch.Kernels.Convolution;

namespace SegFromScratch.Kernels.AveragePooling;

/// <summary>Cases of <see cref="AveragePooling"/>. Whole numbers over windows of 1, 2 or 4 pixels have exact means.</summary>
internal sealed class AveragePoolingCheck : IOperationCheck
{
    /// <inheritdoc/>
    public IEnumerable<OperationCase> Cases()
    {
        yield return Case("2x2 stride 2", new(2, 5, 6, 8), AveragePoolingOptions.Square(2, 2), exact: true);
        yield return Case("2x2 stride 2 on odd sizes", new(1, 17, 7, 5), AveragePoolingOptions.Square(2, 2), exact: true);
        yield return Case("one pixel", new(1, 1, 1, 1), AveragePoolingOptions.Square(1, 1), exact: true);
        foreach (bool countPadding in (bool[])[true, false])
        {
            yield return Case("2x2 stride 2 rounded up", new(1, 3, 7, 5), AveragePoolingOptions.Square(2, 2, roundUp: true, countPadding: countPadding), exact: true);
            yield return Case("2x2 stride 1 padding 1", new(2, 4, 3, 4), AveragePoolingOptions.Square(2, 1, padding: 1, countPadding: countPadding), exact: true);
            yield return Case("one pixel padded", new(1, 2, 1, 1), AveragePoolingOptions.Square(3, 2, padding: 1, countPadding: countPadding));
            yield return Case("3x3 stride 2 padding 1", new(2, 33, 6, 7), AveragePoolingOptions.Square(3, 2, padding: 1, countPadding: countPadding));
            yield return Case("3x3 stride 1 padding 1", new(1, 4, 5, 6), AveragePoolingOptions.Square(3, 1, padding: 1, countPadding: countPadding));
            yield return Case("3x3 stride 3 padding 1 rounded up", new(1, 4, 8, 9), AveragePoolingOptions.Square(3, 3, padding: 1, roundUp: true, countPadding: countPadding));
            yield return Case("4x4 stride 2 padding 2 rounded up", new(1, 5, 7, 10), AveragePoolingOptions.Square(4, 2, padding: 2, roundUp: true, countPadding: countPadding));
            yield return Case("gaps between windows", new(1, 3, 9, 8), AveragePoolingOptions.Square(2, 3, countPadding: countPadding), exact: true);
            var uneven = new AveragePoolingOptions
            {
                KernelHeight = 3, KernelWidth = 2, StrideY = 1, StrideX = 3, Padding = new WindowPadding(Top: 2, Bottom: 0, Left: 0, Right: 1), CountPadding = countPadding,
            };
            yield return Case("3x2 differing by axis and side", new(1, 3, 8, 9), uneven);
        }

        yield return Case("3x3 stride 2 same", new(1, 4, 6, 7), AveragePoolingOptions.Same(3, 2));
    }

    private static OperationCase Case(string name, TensorShape input, AveragePoolingOptions options, bool exact = false)
    {
        AveragePoolingShape shape = AveragePoolingShape.Create(input, options);
        var random = new CheckRandom($"average pooling {name}");
        return new OperationCase
        {
            Operation = "average pooling",
            Name = $"{name} {input}{(options.CountPadding ? "" : " padding not counted")}",
            Inputs = [CheckInput.Feature("x", exact ? random.SmallIntegers(input) : random.Normal(input))],
            Tolerance = exact ? 0 : 2e-6,
            Forward = inputs => AveragePoolingReference.Forward(shape, inputs[0]),
            Backward = (_, outputGradient) => [AveragePoolingReference.Backward(shape, input, outputGradient)],
            Run = (step, tensors) => AveragePooling.Apply(step, tensors[0], options),
        };
    }
}

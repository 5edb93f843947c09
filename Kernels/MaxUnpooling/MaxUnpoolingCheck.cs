using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;
using SegFromScratch.Kernels.MaxPooling;

namespace SegFromScratch.Kernels.MaxUnpooling;

/// <summary>Cases of <see cref="MaxUnpooling"/>, with the indices of a pooled image. Numbers are copied, so they must be equal to the bit, save where windows overlap.</summary>
internal sealed class MaxUnpoolingCheck : IOperationCheck
{
    /// <inheritdoc/>
    public IEnumerable<OperationCase> Cases()
    {
        yield return Case("2x2 stride 2", new(2, 5, 6, 8), MaxPoolingOptions.Square(2, 2));
        yield return Case("2x2 stride 2 on odd sizes", new(1, 17, 7, 5), MaxPoolingOptions.Square(2, 2));
        yield return Case("2x2 stride 2 rounded up", new(1, 3, 7, 5), MaxPoolingOptions.Square(2, 2, roundUp: true));
        yield return Case("one pixel", new(1, 1, 1, 1), MaxPoolingOptions.Square(1, 1));
        yield return Case("3x3 stride 3 padding 1", new(2, 33, 7, 8), MaxPoolingOptions.Square(3, 3, padding: 1));
        yield return Case("3x3 stride 2 overlapping", new(1, 4, 7, 9), MaxPoolingOptions.Square(3, 2, padding: 1));
        yield return Case("2x3 differing by axis", new(1, 3, 8, 9), new MaxPoolingOptions { KernelHeight = 2, KernelWidth = 3, StrideY = 2, StrideX = 4 });
    }

    private static OperationCase Case(string name, TensorShape image, MaxPoolingOptions pooling)
    {
        MaxPoolingShape shape = MaxPoolingShape.Create(image, pooling);
        TensorShape input = image with { Height = shape.OutputHeight, Width = shape.OutputWidth };
        var random = new CheckRandom($"max unpooling {name}");
        return new OperationCase
        {
            Operation = "max unpooling",
            Name = $"{name} {image}",
            Inputs =
            [
                CheckInput.Feature("x", random.SmallIntegers(input)),
                new CheckInput("image", random.Distinct(image), IsDifferentiable: false, HasDeviceLayout: true),
            ],
            Tolerance = 0,
            Forward = inputs => MaxUnpoolingReference.Forward(inputs[0], Indices(shape, inputs), image.Height, image.Width),
            Backward = (inputs, outputGradient) => [MaxUnpoolingReference.Backward(input, Indices(shape, inputs), outputGradient), null],
            Run = (step, tensors) =>
            {
                DeviceArray<int> indices = MaxPooling.MaxPooling.ApplyWithIndices(step, tensors[1], pooling).Indices;
                return MaxUnpooling.Apply(step, tensors[0], indices, pooling, image.Height, image.Width);
            },
        };
    }

    private static int[] Indices(MaxPoolingShape shape, IReadOnlyList<HostTensor<double>> inputs) => MaxPoolingReference.Forward(shape, inputs[1]).Indices;
}

using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Kernels.Convolution;

/// <summary>Cases of <see cref="Convolution"/>.</summary>
internal sealed class ConvolutionCheck : IOperationCheck
{
    /// <inheritdoc/>
    public IEnumerable<OperationCase> Cases()
    {
        yield return Case("1x1", new(2, 5, 3, 7), new(6, 5, 1, 1), ConvolutionOptions.Default, bias: true);
        yield return Case("one pixel", new(1, 1, 1, 1), new(1, 1, 3, 3), ConvolutionOptions.Symmetric(1), bias: true);
        yield return Case("3x3", new(2, 17, 6, 5), new(9, 17, 3, 3), ConvolutionOptions.Symmetric(1));
        yield return Case("3x3 stride 2 symmetric", new(1, 4, 8, 9), new(5, 4, 3, 3), ConvolutionOptions.Symmetric(1, stride: 2), bias: true);
        yield return Case("3x3 stride 2 same", new(1, 4, 8, 9), new(5, 4, 3, 3), ConvolutionOptions.Same(stride: 2), bias: true);
        yield return Case("2x2 same", new(1, 3, 5, 4), new(4, 3, 2, 2), ConvolutionOptions.Same());
        yield return Case("5x5 stride 3 valid", new(2, 3, 12, 11), new(2, 3, 5, 5), ConvolutionOptions.Valid(stride: 3));
        yield return Case("7x7 stride 2", new(1, 3, 13, 11), new(8, 3, 7, 7), ConvolutionOptions.Symmetric(3, stride: 2));
        foreach (int dilation in (int[])[2, 6, 12, 18])
            yield return Case($"3x3 dilation {dilation}", new(1, 3, 7, 9), new(4, 3, 3, 3), ConvolutionOptions.Symmetric(dilation, dilation: dilation), bias: true);
        yield return Case("3x3 stride 2 dilation 3 same", new(1, 3, 10, 7), new(2, 3, 3, 3), ConvolutionOptions.Same(stride: 2, dilation: 3));
        yield return Case("2 groups", new(2, 6, 5, 4), new(10, 3, 3, 3), ConvolutionOptions.Symmetric(1, groups: 2), bias: true);
        yield return Case("4 groups stride 2", new(1, 8, 6, 5), new(12, 2, 3, 3), ConvolutionOptions.Symmetric(1, stride: 2, groups: 4));
        yield return Case("depthwise", new(2, 33, 5, 6), new(33, 1, 3, 3), ConvolutionOptions.Symmetric(1, groups: 33), bias: true);
        yield return Case("depthwise multiplier 2", new(1, 5, 4, 6), new(10, 1, 3, 3), ConvolutionOptions.Symmetric(2, dilation: 2, groups: 5));
        yield return Case("33 to 16 channels", new(1, 33, 3, 4), new(16, 33, 1, 1), ConvolutionOptions.Default);
        yield return Case("16 to 32 channels", new(1, 16, 6, 14), new(32, 16, 3, 3), ConvolutionOptions.Symmetric(1));
        // Enough pixels for the cpu device to sum its weight gradient in parts.
        yield return Case("many pixels", new(1, 2, 46, 47), new(4, 2, 3, 3), ConvolutionOptions.Symmetric(1));
        yield return Case("all options differ by axis", new(1, 4, 9, 8), new(4, 2, 3, 2), new ConvolutionOptions
        {
            StrideY = 2,
            StrideX = 3,
            DilationY = 1,
            DilationX = 2,
            Groups = 2,
            Padding = new WindowPadding(Top: 0, Bottom: 2, Left: 3, Right: 1),
        });
        yield return Case("3x3 exact", new(2, 5, 6, 7), new(17, 5, 3, 3), ConvolutionOptions.Symmetric(1), bias: true, exact: true);
        yield return Case("3x3 stride 2 dilation 2 exact", new(1, 4, 9, 8), new(6, 2, 3, 3), ConvolutionOptions.Symmetric(1, stride: 2, dilation: 2, groups: 2), exact: true);
        yield return Case("depthwise exact", new(1, 7, 6, 5), new(7, 1, 3, 3), ConvolutionOptions.Same(stride: 2, groups: 7), exact: true);
    }

    private static OperationCase Case(string name, TensorShape input, TensorShape weight, ConvolutionOptions options, bool bias = false, bool exact = false)
    {
        ConvolutionShape shape = ConvolutionShape.Create(input, weight, options);
        var random = new CheckRandom($"convolution {name}");
        HostTensor<double> Numbers(TensorShape of) => exact ? random.SmallIntegers(of) : random.Normal(of);
        List<CheckInput> inputs = [CheckInput.Feature("x", Numbers(input)), CheckInput.Parameter("weight", Numbers(weight))];
        if (bias)
            inputs.Add(CheckInput.Parameter("bias", Numbers(TensorShape.Vector(weight.Batch))));
        return new OperationCase
        {
            Operation = "convolution",
            Name = $"{name} {input}",
            Inputs = inputs,
            Tolerance = exact ? 0 : 2e-5,
            Forward = values => ConvolutionReference.Forward(shape, values[0], values[1], bias ? values[2] : null),
            Backward = (values, outputGradient) =>
            [
                ConvolutionReference.BackwardInput(shape, values[1], outputGradient),
                ConvolutionReference.BackwardWeight(shape, values[0], outputGradient),
                .. bias ? [ConvolutionReference.BackwardBias(outputGradient)] : Array.Empty<HostTensor<double>>(),
            ],
            Run = (step, tensors) => Convolution.Apply(step, tensors[0], tensors[1], bias ? tensors[2] : null, options),
        };
    }
}

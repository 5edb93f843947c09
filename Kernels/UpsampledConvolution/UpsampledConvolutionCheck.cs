using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;
using SegFromScratch.Kernels.Convolution;
using Reference = SegFromScratch.Kernels.UpsampledConvolution.UpsampledConvolutionReference;

namespace SegFromScratch.Kernels.UpsampledConvolution;

/// <summary>Cases of <see cref="UpsampledConvolution"/>.</summary>
internal sealed class UpsampledConvolutionCheck : IOperationCheck
{
    /// <inheritdoc/>
    public IEnumerable<OperationCase> Cases()
    {
        yield return Case("2x2 same", new(2, 5, 3, 4), new(3, 5, 2, 2), 2, WindowPadding.Same, bias: true);
        yield return Case("2x2 same", new(1, 20, 6, 9), new(17, 20, 2, 2), 2, WindowPadding.Same);
        yield return Case("one pixel", new(1, 1, 1, 1), new(1, 1, 2, 2), 2, WindowPadding.Same, bias: true);
        yield return Case("3x3 padding 1", new(1, 3, 4, 5), new(9, 3, 3, 3), 2, WindowPadding.Symmetric(1), bias: true);
        yield return Case("3x2 valid by 3", new(2, 2, 3, 2), new(2, 2, 3, 2), 3, WindowPadding.Valid);
        yield return Case("1x1 by 2", new(1, 4, 3, 5), new(6, 4, 1, 1), 2, WindowPadding.Valid, bias: true);
        yield return Case("3x3 by 1", new(1, 3, 5, 4), new(2, 3, 3, 3), 1, WindowPadding.Symmetric(1));
        yield return Case("all sides differ", new(1, 3, 4, 3), new(4, 3, 3, 4), 2, new WindowPadding(2, 1, 0, 3), bias: true);
        yield return Case("2x2 same exact", new(1, 7, 4, 5), new(6, 7, 2, 2), 2, WindowPadding.Same, bias: true, exact: true);
    }

    private static OperationCase Case(string name, TensorShape input, TensorShape weight, int factor, WindowPadding padding, bool bias = false, bool exact = false)
    {
        var random = new CheckRandom($"upsampled convolution {name} {input}");
        TensorShape large = input with { Height = input.Height * factor, Width = input.Width * factor };
        ConvolutionShape shape = ConvolutionShape.Create(large, weight, new ConvolutionOptions { Padding = padding });
        HostTensor<double> Numbers(TensorShape of) => exact ? random.SmallIntegers(of) : random.Normal(of);
        List<CheckInput> inputs = [CheckInput.Feature("x", Numbers(input)), CheckInput.Parameter("weight", Numbers(weight))];
        if (bias)
            inputs.Add(CheckInput.Parameter("bias", Numbers(TensorShape.Vector(weight.Batch))));
        return new OperationCase
        {
            Operation = "upsampled convolution",
            Name = $"{name} {input}",
            Inputs = inputs,
            Tolerance = exact ? 0 : 2e-5,
            Forward = values => ConvolutionReference.Forward(shape, Reference.Upsample(values[0], factor), values[1], bias ? values[2] : null),
            Backward = (values, outputGradient) =>
            [
                Reference.UpsampleBackward(ConvolutionReference.BackwardInput(shape, values[1], outputGradient), factor),
                ConvolutionReference.BackwardWeight(shape, Reference.Upsample(values[0], factor), outputGradient),
                .. bias ? [ConvolutionReference.BackwardBias(outputGradient)] : Array.Empty<HostTensor<double>>(),
            ],
            Run = (step, tensors) => UpsampledConvolution.Apply(step, tensors[0], tensors[1], bias ? tensors[2] : null, factor, padding),
        };
    }
}

using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;
using SegFromScratch.Kernels.Convolution;

namespace SegFromScratch.Kernels.TransposedConvolution;

/// <summary>Cases of <see cref="TransposedConvolution"/>.</summary>
internal sealed class TransposedConvolutionCheck : IOperationCheck
{
    /// <inheritdoc/>
    public IEnumerable<OperationCase> Cases()
    {
        yield return Case("2x2 stride 2", new(2, 5, 3, 4), new(5, 6, 2, 2), TransposedConvolutionOptions.Symmetric(stride: 2), bias: true);
        yield return Case("one pixel", new(1, 1, 1, 1), new(1, 1, 1, 1), TransposedConvolutionOptions.Default, bias: true);
        yield return Case("3x3 stride 2 padding 1 output padding 1", new(1, 3, 4, 5), new(3, 17, 3, 3), TransposedConvolutionOptions.Symmetric(2, 1, 1), bias: true);
        yield return Case("3x3 stride 2 same", new(1, 3, 4, 5), new(3, 17, 3, 3), TransposedConvolutionOptions.Same(3, stride: 2), bias: true);
        yield return Case("1x1 stride 2 same", new(1, 3, 2, 3), new(3, 4, 1, 1), TransposedConvolutionOptions.Same(1, stride: 2), bias: true);
        yield return Case("4x4 stride 2 padding 1", new(2, 33, 3, 3), new(33, 2, 4, 4), TransposedConvolutionOptions.Symmetric(2, 1));
        yield return Case("5x5 stride 3 dilation 2", new(1, 2, 3, 4), new(2, 3, 5, 5), TransposedConvolutionOptions.Symmetric(3, 4, 2, dilation: 2), bias: true);
        yield return Case("stride 1 dilation 2 output padding 1", new(1, 2, 4, 3), new(2, 3, 3, 3), TransposedConvolutionOptions.Symmetric(1, 1, 1, dilation: 2), bias: true);
        yield return Case("2 groups", new(2, 6, 3, 4), new(6, 5, 3, 3), TransposedConvolutionOptions.Symmetric(2, 1, groups: 2), bias: true);
        yield return Case("16x16 stride 8", new(1, 2, 2, 3), new(2, 2, 16, 16), TransposedConvolutionOptions.Symmetric(8, 4));
        yield return Case("all options differ by axis", new(1, 4, 5, 4), new(4, 2, 3, 2), new TransposedConvolutionOptions
        {
            StrideY = 2,
            StrideX = 3,
            DilationY = 1,
            DilationX = 2,
            Groups = 2,
            CropTop = 0,
            CropBottom = 2,
            CropLeft = 3,
            CropRight = -1,
        });
        yield return Case("3x3 stride 2 exact", new(2, 5, 4, 3), new(5, 7, 3, 3), TransposedConvolutionOptions.Symmetric(2, 1, 1), bias: true, exact: true);
    }

    private static OperationCase Case(string name, TensorShape input, TensorShape weight, TransposedConvolutionOptions options, bool bias = false, bool exact = false)
    {
        ConvolutionShape shape = TransposedConvolutionShape.Create(input, weight, options);
        var random = new CheckRandom($"transposed convolution {name}");
        HostTensor<double> Numbers(TensorShape of) => exact ? random.SmallIntegers(of) : random.Normal(of);
        List<CheckInput> inputs = [CheckInput.Feature("x", Numbers(input)), CheckInput.Parameter("weight", Numbers(weight))];
        if (bias)
            inputs.Add(CheckInput.Parameter("bias", Numbers(TensorShape.Vector(shape.InputChannels))));
        return new OperationCase
        {
            Operation = "transposed convolution",
            Name = $"{name} {input}",
            Inputs = inputs,
            Tolerance = exact ? 0 : 2e-5,
            Forward = values => TransposedConvolutionReference.Forward(shape, values[0], values[1], bias ? values[2] : null),
            Backward = (values, outputGradient) =>
            [
                TransposedConvolutionReference.BackwardInput(shape, values[1], outputGradient),
                TransposedConvolutionReference.BackwardWeight(shape, values[0], outputGradient),
                .. bias ? [ConvolutionReference.BackwardBias(outputGradient)] : Array.Empty<HostTensor<double>>(),
            ],
            Run = (step, tensors) => TransposedConvolution.Apply(step, tensors[0], tensors[1], bias ? tensors[2] : null, options),
        };
    }
}

using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;
using SegFromScratch.Kernels.Convolution;

namespace SegFromScratch.Tests.Documentation;

/// <summary>The convolution that docs/debugging.md walks through: a picture of 3x3 pixels, a window of 3x3 weights, both 1 to 9, one pixel of padding and a bias of 6.</summary>
internal sealed class DebuggingExampleCheck : IOperationCheck
{
    /// <summary>The operation's name in the catalog of a mutant.</summary>
    public const string Operation = "debugging example";

    /// <summary>The picture and the weights.</summary>
    public static readonly float[] OneToNine = [1, 2, 3, 4, 5, 6, 7, 8, 9];

    /// <summary>The bias.</summary>
    public const float Bias = 6;

    private static readonly TensorShape s_shape = new(1, 1, 3, 3);

    /// <inheritdoc/>
    public IEnumerable<OperationCase> Cases()
    {
        ConvolutionShape shape = ConvolutionShape.Create(s_shape, s_shape, ConvolutionOptions.Symmetric(1));
        double[] values = Array.ConvertAll(OneToNine, value => (double)value);
        yield return new OperationCase
        {
            Operation = Operation,
            Name = "3x3",
            Inputs =
            [
                CheckInput.Feature("x", new(s_shape, values)),
                CheckInput.Parameter("weight", new(s_shape, [.. values])),
                CheckInput.Parameter("bias", new(TensorShape.Scalar, [Bias])),
            ],
            Tolerance = 0,
            Forward = inputs => ConvolutionReference.Forward(shape, inputs[0], inputs[1], inputs[2]),
            Backward = (inputs, outputGradient) =>
            [
                ConvolutionReference.BackwardInput(shape, inputs[1], outputGradient),
                ConvolutionReference.BackwardWeight(shape, inputs[0], outputGradient),
                ConvolutionReference.BackwardBias(outputGradient),
            ],
            Run = (step, inputs) => Convolution.Apply(step, inputs[0], inputs[1], inputs[2], ConvolutionOptions.Symmetric(1)),
        };
    }
}

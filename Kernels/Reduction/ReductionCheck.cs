using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Kernels.Reduction;

/// <summary>Cases of <see cref="Reduction"/>.</summary>
internal sealed class ReductionCheck : IOperationCheck
{
    /// <inheritdoc/>
    public IEnumerable<OperationCase> Cases()
    {
        foreach (TensorShape shape in (TensorShape[])[new(2, 5, 3, 7), new(1, 1, 1, 1), new(3, 17, 14, 15)])
        {
            // Sums of whole numbers are exact in float32, so equality is asked for.
            yield return Case("sum", shape, new CheckRandom($"sum {shape}").SmallIntegers(shape), 1, 0, Reduction.Sum);
            yield return Case("mean", shape, new CheckRandom($"mean {shape}").Normal(shape), 1.0 / shape.Elements, 2e-6, Reduction.Mean);
        }
    }

    private static OperationCase Case(string name, TensorShape shape, HostTensor<double> x, double factor, double tolerance, Func<Step, Tensor, Tensor> run) => new()
    {
        Operation = name,
        Name = $"{shape}",
        Inputs = [CheckInput.Feature("x", x)],
        Forward = inputs => ReductionReference.Forward(inputs[0], factor),
        Backward = (inputs, outputGradient) => [ReductionReference.Backward(inputs[0].Shape, outputGradient, factor)],
        Run = (step, inputs) => run(step, inputs[0]),
        Tolerance = tolerance,
    };
}

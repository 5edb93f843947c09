using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Kernels.Softmax;

/// <summary>Cases of <see cref="Softmax"/>.</summary>
internal sealed class SoftmaxCheck : IOperationCheck
{
    /// <inheritdoc/>
    public IEnumerable<OperationCase> Cases()
    {
        foreach (bool logarithm in (bool[])[false, true])
        {
            foreach (TensorShape shape in (TensorShape[])[new(2, 5, 3, 7), new(1, 1, 1, 1), new(1, 33, 1, 1), new(3, 17, 4, 5)])
            {
                HostTensor<double> x = new CheckRandom($"softmax {shape}").Normal(shape, scale: 3);
                yield return Case(logarithm, $"{shape}", x);
            }

            // exp(200) overflows float32: only a shifted softmax passes.
            yield return Case(logarithm, "1x4x3x2 logits near 200", new CheckRandom("large softmax").Normal(new TensorShape(1, 4, 3, 2), scale: 3, mean: 200));
        }
    }

    private static OperationCase Case(bool logarithm, string name, HostTensor<double> x) => new()
    {
        Operation = logarithm ? "log softmax" : "softmax",
        Name = name,
        Inputs = [CheckInput.Feature("x", x)],
        Forward = inputs => SoftmaxReference.Forward(inputs[0], logarithm),
        Backward = (inputs, outputGradient) => [SoftmaxReference.Backward(SoftmaxReference.Forward(inputs[0], logarithm), outputGradient, logarithm)],
        Run = (step, inputs) => logarithm ? Softmax.ApplyLogarithm(step, inputs[0]) : Softmax.Apply(step, inputs[0]),
    };
}

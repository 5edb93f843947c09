using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Kernels.Addition;

/// <summary>Cases of <see cref="Addition"/>.</summary>
internal sealed class AdditionCheck : IOperationCheck
{
    /// <inheritdoc/>
    public IEnumerable<OperationCase> Cases()
    {
        foreach (TensorShape shape in (TensorShape[])[new(2, 5, 3, 7), new(1, 1, 1, 1), new(3, 17, 4, 5)])
        {
            var random = new CheckRandom($"addition {shape}");
            yield return new OperationCase
            {
                Operation = "addition",
                Name = $"{shape}",
                Inputs = [CheckInput.Feature("a", random.Normal(shape)), CheckInput.Feature("b", random.Normal(shape))],
                Forward = inputs => AdditionReference.Forward(inputs[0], inputs[1]),
                Backward = (_, outputGradient) => [AdditionReference.Backward(outputGradient), AdditionReference.Backward(outputGradient)],
                Run = (step, inputs) => Addition.Apply(step, inputs[0], inputs[1]),
            };

            // Sums stay away from 0, where the ReLU has no derivative for finite differences to find.
            HostTensor<double> a = random.Normal(shape), sum = random.AwayFromZero(shape);
            yield return new OperationCase
            {
                Operation = "addition",
                Name = $"{shape} and relu",
                Inputs = [CheckInput.Feature("a", a), CheckInput.Feature("b", new HostTensor<double>(shape, [.. sum.Values.Zip(a.Values, (total, part) => total - part)]))],
                Forward = inputs => AdditionReference.ForwardRelu(inputs[0], inputs[1]),
                Backward = (inputs, outputGradient) =>
                [
                    AdditionReference.BackwardRelu(inputs[0], inputs[1], outputGradient), AdditionReference.BackwardRelu(inputs[0], inputs[1], outputGradient),
                ],
                Run = (step, inputs) => Addition.ApplyRelu(step, inputs[0], inputs[1]),
            };
        }
    }
}

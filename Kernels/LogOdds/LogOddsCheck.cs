using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Kernels.LogOdds;

/// <summary>Cases of <see cref="LogOdds"/>.</summary>
internal sealed class LogOddsCheck : IOperationCheck
{
    /// <inheritdoc/>
    public IEnumerable<OperationCase> Cases()
    {
        foreach (TensorShape shape in (TensorShape[])[new(2, 5, 3, 7), new(1, 2, 1, 1), new(1, 33, 1, 1), new(3, 17, 4, 5)])
            yield return Case($"{shape}", new CheckRandom($"log-odds {shape}").Normal(shape, scale: 3));

        // The largest class has all the probability that float32 can tell, and exp(200) overflows: only the rearranged sums pass.
        yield return Case("1x4x3x2 sure, logits near 200", new CheckRandom("large log-odds").Normal(new TensorShape(1, 4, 3, 2), scale: 30, mean: 200));
    }

    private static OperationCase Case(string name, HostTensor<double> x) => new()
    {
        Operation = "log-odds",
        Name = name,
        Inputs = [CheckInput.Feature("x", x)],
        Forward = inputs => LogOddsReference.Forward(inputs[0]),
        Backward = (inputs, outputGradient) => [LogOddsReference.Backward(inputs[0], outputGradient)],
        Run = (step, inputs) => LogOdds.Apply(step, inputs[0]),
    };
}

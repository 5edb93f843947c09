using SegFromScratch.Kernels.Addition;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Tests.Mutations;

/// <summary>
/// y = (x + x) + x: the tape must add up three contributions to one gradient, of which two are the same memory.
/// No operation's own cases use a tensor twice, so none of them would notice a tape that keeps only one.
/// </summary>
internal sealed class SharedInputCheck : IOperationCheck
{
    /// <inheritdoc/>
    public IEnumerable<OperationCase> Cases()
    {
        yield return new OperationCase
        {
            Operation = "shared input",
            Name = "2x3x4x5",
            Inputs = [CheckInput.Feature("x", new CheckRandom("shared input").SmallIntegers(new(2, 3, 4, 5)))],
            Tolerance = 0,
            Forward = inputs => Tripled(inputs[0]),
            Backward = (_, outputGradient) => [Tripled(outputGradient)],
            Run = (step, inputs) => Addition.Apply(step, Addition.Apply(step, inputs[0], inputs[0]), inputs[0]),
        };
    }

    private static HostTensor<double> Tripled(HostTensor<double> x) => new(x.Shape, Array.ConvertAll(x.Values, value => 3 * value));
}

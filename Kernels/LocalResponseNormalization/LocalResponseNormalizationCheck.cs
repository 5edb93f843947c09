using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Kernels.LocalResponseNormalization;

/// <summary>Cases of <see cref="LocalResponseNormalization"/>: odd and even windows, windows wider than the channels, and strong normalisation, where all terms matter.</summary>
internal sealed class LocalResponseNormalizationCheck : IOperationCheck
{
    /// <inheritdoc/>
    public IEnumerable<OperationCase> Cases()
    {
        yield return Case(new(2, 17, 3, 5), new(5));
        yield return Case(new(2, 17, 3, 5), new(5, Alpha: 2f, Beta: 0.75f, K: 2f));
        yield return Case(new(1, 33, 2, 3), new(4, Alpha: 1f, Beta: 0.5f));
        yield return Case(new(2, 5, 4, 3), new(2, Alpha: 0.5f, Beta: 1.5f, K: 0.5f));
        yield return Case(new(1, 3, 2, 2), new(9, Alpha: 3f));
        yield return Case(new(1, 1, 1, 1), new(1, Alpha: 1f, Beta: 1f));
    }

    private static OperationCase Case(TensorShape shape, LocalResponseNormalizationOptions options)
    {
        string name = $"{shape} size {options.Size} alpha {options.Alpha:g2} beta {options.Beta:g2} k {options.K:g2}";
        var random = new CheckRandom($"local response normalization {name}");
        return new OperationCase
        {
            Operation = "local response normalization",
            Name = name,
            Inputs = [CheckInput.Feature("x", random.Normal(shape, scale: 2))],
            Forward = inputs => LocalResponseNormalizationReference.Forward(inputs[0], options),
            Backward = (inputs, outputGradient) => [LocalResponseNormalizationReference.Backward(inputs[0], options, outputGradient)],
            Run = (step, tensors) => LocalResponseNormalization.Apply(step, tensors[0], options),
        };
    }
}

using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Kernels.SoftDice;

/// <summary>Cases of <see cref="SoftDice"/>.</summary>
internal sealed class SoftDiceCheck : IOperationCheck
{
    /// <inheritdoc/>
    public IEnumerable<OperationCase> Cases()
    {
        foreach (bool eachChannel in (bool[])[false, true])
        {
            foreach (TensorShape shape in (TensorShape[])[new(2, 5, 3, 7), new(1, 1, 1, 1), new(3, 17, 4, 5), new(2, 3, 33, 31)])
            {
                foreach (bool masked in (bool[])[false, true])
                    yield return Case(shape, eachChannel, masked, squared: false, smooth: masked ? 0.5f : 1f);
                yield return Case(shape, eachChannel, masked: true, squared: true, smooth: 0.5f);
            }
        }
    }

    private static OperationCase Case(TensorShape shape, bool eachChannel, bool masked, bool squared, float smooth)
    {
        string name = $"{shape}" + (eachChannel ? " each channel" : string.Empty) + (masked ? " masked" : string.Empty) + (squared ? " squared" : string.Empty);
        var random = new CheckRandom($"soft dice {name}");
        List<CheckInput> inputs = [CheckInput.Feature("logits", random.Normal(shape, scale: 2)), CheckInput.Constant("target", random.Classes(shape, 2))];
        if (masked)
            inputs.Add(CheckInput.Constant("pixelWeights", random.Classes(shape with { Channels = 1 }, 2)));
        return new OperationCase
        {
            Operation = "soft dice",
            Name = name,
            Inputs = inputs,
            Forward = values => SoftDiceReference.Forward(values[0], values[1], masked ? values[2] : null, smooth, eachChannel, squared),
            Backward = (values, outputGradient) =>
                [SoftDiceReference.Backward(values[0], values[1], masked ? values[2] : null, smooth, eachChannel, squared, outputGradient), null, null],
            Run = (step, tensors) => SoftDice.Apply(step, tensors[0], tensors[1], smooth, eachChannel, masked ? tensors[2] : null, squared),
            Tolerance = 5e-6,
        };
    }
}

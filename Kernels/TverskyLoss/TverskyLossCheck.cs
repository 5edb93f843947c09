using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Kernels.TverskyLoss;

/// <summary>Cases of <see cref="TverskyLoss"/>.</summary>
internal sealed class TverskyLossCheck : IOperationCheck
{
    /// <inheritdoc/>
    public IEnumerable<OperationCase> Cases()
    {
        foreach (bool eachChannel in (bool[])[false, true])
        {
            foreach (TensorShape shape in (TensorShape[])[new(2, 5, 3, 7), new(1, 1, 1, 1), new(3, 17, 4, 5), new(2, 3, 33, 31)])
            {
                yield return Case(shape, new TverskyLossOptions { EachChannel = eachChannel }, masked: false);
                yield return Case(shape, new TverskyLossOptions { EachChannel = eachChannel, Alpha = 2f, Beta = 0f, Smooth = 0.5f }, masked: true);
            }
        }
    }

    private static OperationCase Case(TensorShape shape, TverskyLossOptions options, bool masked)
    {
        string name = $"{shape} alpha {options.Alpha:g2} beta {options.Beta:g2}" + (options.EachChannel ? " each channel" : string.Empty) + (masked ? " masked" : string.Empty);
        var random = new CheckRandom($"tversky loss {name}");
        List<CheckInput> inputs = [CheckInput.Feature("logits", random.Normal(shape, scale: 2)), CheckInput.Constant("target", random.Classes(shape, 2))];
        if (masked)
            inputs.Add(CheckInput.Constant("pixelWeights", random.Classes(shape with { Channels = 1 }, 2)));
        return new OperationCase
        {
            Operation = "tversky loss",
            Name = name,
            Inputs = inputs,
            Forward = values => TverskyLossReference.Forward(values[0], values[1], masked ? values[2] : null, options),
            Backward = (values, outputGradient) =>
                [TverskyLossReference.Backward(values[0], values[1], masked ? values[2] : null, options, outputGradient), null, null],
            Run = (step, tensors) => TverskyLoss.Apply(step, tensors[0], tensors[1], options, masked ? tensors[2] : null),
            Tolerance = 5e-6,
        };
    }
}

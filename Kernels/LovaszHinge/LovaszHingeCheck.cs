using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Kernels.LovaszHinge;

/// <summary>
/// Cases of <see cref="LovaszHinge"/>. The loss has a kink wherever two margins are equal or one is 0, so logits lie on a grid with all margins apart and off 0,
/// where float32 and double sort alike.
/// </summary>
internal sealed class LovaszHingeCheck : IOperationCheck
{
    // No two places of the grid are each other's negative, and none is 1 or -1.
    private const double OffGrid = 0.3;

    /// <inheritdoc/>
    public IEnumerable<OperationCase> Cases()
    {
        foreach (TensorShape shape in (TensorShape[])[new(2, 5, 3, 7), new(1, 1, 1, 1), new(3, 17, 4, 5), new(2, 3, 33, 31), new(1, 2, 16, 16)])
            yield return Of(shape, shareOfInside: 0.3);
        yield return Of(new(2, 3, 3, 4), shareOfInside: 0);
        yield return Of(new(2, 3, 3, 4), shareOfInside: 1);
    }

    private static OperationCase Of(TensorShape shape, double shareOfInside)
    {
        string name = $"{shape} inside {shareOfInside:g2}";
        var random = new CheckRandom($"lovasz hinge {name}");
        HostTensor<double> logits = random.Distinct(shape), target = new(shape);
        int count = logits.Values.Length;
        for (int i = 0; i < count; i++)
        {
            double place = Math.Round((logits.Values[i] + 2) / 4 * count);
            logits.Values[i] = (float)(((place + OffGrid) / count * 4) - 2);
            target.Values[i] = random.Uniform() < shareOfInside ? 1 : 0;
        }

        return new OperationCase
        {
            Operation = "lovasz hinge",
            Name = name,
            Inputs = [CheckInput.Feature("logits", logits), CheckInput.Constant("target", target)],
            Forward = values => LovaszHingeReference.Forward(values[0], values[1]),
            Backward = (values, outputGradient) => [LovaszHingeReference.Backward(values[0], values[1], outputGradient), null],
            Run = (step, tensors) => LovaszHinge.Apply(step, tensors[0], tensors[1]),
        };
    }
}

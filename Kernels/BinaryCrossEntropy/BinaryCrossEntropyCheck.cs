using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;
using SegFromScratch.Kernels.Reduction;

namespace SegFromScratch.Kernels.BinaryCrossEntropy;

/// <summary>Cases of <see cref="BinaryCrossEntropy"/>.</summary>
internal sealed class BinaryCrossEntropyCheck : IOperationCheck
{
    /// <inheritdoc/>
    public IEnumerable<OperationCase> Cases()
    {
        foreach (LossReduction reduction in Enum.GetValues<LossReduction>())
        {
            foreach (TensorShape shape in (TensorShape[])[new(2, 5, 3, 7), new(1, 1, 1, 1), new(3, 17, 4, 5), new(2, 4, 40, 30)])
            {
                yield return Case(shape, reduction, shareOfCounted: null, scale: 2);
                yield return Case(shape, reduction, shareOfCounted: 0.7, scale: 2);
            }

            yield return Case(new TensorShape(2, 3, 2, 2), reduction, shareOfCounted: 0, scale: 2);
            yield return Case(new TensorShape(2, 3, 4, 4), reduction, shareOfCounted: null, scale: 100);
        }
    }

    private static OperationCase Case(TensorShape shape, LossReduction reduction, double? shareOfCounted, double scale)
    {
        string name = $"{shape} {reduction} scale {scale}" + (shareOfCounted is { } share ? $" counted {share:g2}" : string.Empty);
        var random = new CheckRandom($"binary cross entropy {name}");
        bool weighted = shareOfCounted.HasValue;
        return new OperationCase
        {
            Operation = "binary cross entropy",
            Name = name,
            Inputs = MaskLossInputs.Draw(random, shape, shareOfCounted, scale),
            Forward = values => BinaryCrossEntropyReference.Forward(values[0], values[1], weighted ? values[2] : null, reduction),
            Backward = (values, outputGradient) =>
                [BinaryCrossEntropyReference.Backward(values[0], values[1], weighted ? values[2] : null, reduction, outputGradient), null, null],
            Run = (step, tensors) => BinaryCrossEntropy.Apply(step, tensors[0], tensors[1], reduction, weighted ? tensors[2] : null),
        };
    }
}

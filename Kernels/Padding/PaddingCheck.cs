using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Kernels.Padding;

/// <summary>Cases of <see cref="Padding"/>. Numbers are copied and a few are summed, so small whole numbers must come out equal.</summary>
internal sealed class PaddingCheck : IOperationCheck
{
    /// <inheritdoc/>
    public IEnumerable<OperationCase> Cases()
    {
        foreach (PaddingMode mode in Enum.GetValues<PaddingMode>())
        {
            yield return Case(mode, new(2, 5, 3, 7), new(1, 2, 3, 0));
            yield return Case(mode, new(1, 17, 4, 5), new(3, 3, 4, 4));
            yield return Case(mode, new(1, 33, 2, 2), new(1, 1, 0, 1));
            yield return Case(mode, new(1, 2, 5, 6), default);
        }

        yield return Case(PaddingMode.Constant, new(2, 9, 3, 7), new(1, 2, 3, 0), value: 0);
        yield return Case(PaddingMode.Constant, new(1, 1, 1, 1), new(2, 1, 0, 3));
        yield return Case(PaddingMode.Replicate, new(1, 3, 1, 1), new(2, 1, 0, 3));
        yield return Case(PaddingMode.Replicate, new(1, 3, 2, 3), new(5, 4, 7, 6));
    }

    private static OperationCase Case(PaddingMode mode, TensorShape input, PaddingSizes sizes, float value = -3)
    {
        var random = new CheckRandom($"padding {mode} {input}");
        return new OperationCase
        {
            Operation = "padding",
            Name = $"{mode} {input} top {sizes.Top} bottom {sizes.Bottom} left {sizes.Left} right {sizes.Right} value {value}",
            Inputs = [CheckInput.Feature("x", random.SmallIntegers(input))],
            Tolerance = 0,
            Forward = inputs => PaddingReference.Forward(inputs[0], sizes, mode, value),
            Backward = (_, outputGradient) => [PaddingReference.Backward(input, outputGradient, sizes, mode)],
            Run = (step, tensors) => Padding.Apply(step, tensors[0], sizes, mode, value),
        };
    }
}

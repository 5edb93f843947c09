using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Kernels.Concatenation;

/// <summary>Cases of <see cref="Concatenation"/>. Numbers are only copied, so they must come out equal.</summary>
internal sealed class ConcatenationCheck : IOperationCheck
{
    /// <inheritdoc/>
    public IEnumerable<OperationCase> Cases()
    {
        yield return Case(new(2, 0, 3, 5), 16, 16);
        yield return Case(new(1, 0, 1, 1), 1, 1);
        yield return Case(new(2, 0, 4, 3), 5, 7);
        yield return Case(new(1, 0, 3, 3), 17, 33, 3);
        yield return Case(new(3, 0, 2, 2), 1, 2, 1, 13, 16);
        yield return Case(new(1, 0, 2, 3), 9);
    }

    private static OperationCase Case(TensorShape shape, params int[] channels)
    {
        var random = new CheckRandom($"concatenation {string.Join(' ', channels)}");
        return new OperationCase
        {
            Operation = "concatenation",
            Name = $"{string.Join('+', channels)} channels of {shape.Batch} x {shape.Height}x{shape.Width}",
            Inputs = [.. channels.Select((count, i) => CheckInput.Feature($"x{i}", random.SmallIntegers(shape with { Channels = count })))],
            Tolerance = 0,
            Forward = ConcatenationReference.Forward,
            Backward = (inputs, outputGradient) =>
                [.. inputs.Select((input, i) => ConcatenationReference.Backward(outputGradient, channels[..i].Sum(), input.Shape))],
            Run = (step, tensors) => Concatenation.Apply(step, [.. tensors]),
        };
    }
}

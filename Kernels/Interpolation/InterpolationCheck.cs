using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Kernels.Interpolation;

/// <summary>Cases of <see cref="Interpolation"/>.</summary>
internal sealed class InterpolationCheck : IOperationCheck
{
    /// <inheritdoc/>
    public IEnumerable<OperationCase> Cases()
    {
        foreach (InterpolationMode mode in Enum.GetValues<InterpolationMode>())
        {
            yield return Case(mode, new(2, 5, 4, 3), 8, 6);
            yield return Case(mode, new(1, 17, 5, 7), 11, 9);
            yield return Case(mode, new(1, 2, 1, 1), 1, 1);
            yield return Case(mode, new(2, 3, 1, 1), 5, 4);
            yield return Case(mode, new(1, 3, 1, 6), 7, 1);
            yield return Case(mode, new(1, 33, 9, 10), 4, 3);
            yield return Case(mode, new(1, 2, 23, 17), 2, 1);
            yield return Case(mode, new(1, 2, 3, 2), 24, 23);
            yield return Case(mode, new(1, 1, 2, 7), 82, 7);
            yield return Case(mode, new(1, 17, 3, 4), 13, 17);
            yield return Case(mode, new(1, 4, 6, 8), 6, 8);
            yield return Case(mode, new(1, 3, 7, 5), 6, 8);
        }

        // Weights of halves to eighths: sums of small whole numbers times them are exact.
        yield return Case(InterpolationMode.Nearest, new(2, 5, 4, 3), 12, 9, exact: true);
        yield return Case(InterpolationMode.Bilinear, new(2, 5, 4, 3), 8, 6, exact: true);
        yield return Case(InterpolationMode.Bilinear, new(1, 3, 8, 6), 4, 3, exact: true);
        yield return Case(InterpolationMode.Bilinear, new(2, 17, 4, 5), 16, 20, exact: true);
        yield return Case(InterpolationMode.BilinearAlignCorners, new(1, 5, 3, 5), 5, 9, exact: true);
    }

    private static OperationCase Case(InterpolationMode mode, TensorShape input, int height, int width, bool exact = false)
    {
        var random = new CheckRandom($"interpolation {mode} {input} {height} {width}");
        return new OperationCase
        {
            Operation = "interpolation",
            Name = $"{mode} {input} to {height}x{width}{(exact ? " exact" : "")}",
            Inputs = [CheckInput.Feature("x", exact ? random.SmallIntegers(input) : random.Normal(input))],
            Tolerance = exact ? 0 : 2e-6,
            Forward = inputs => InterpolationReference.Forward(inputs[0], height, width, mode),
            Backward = (_, outputGradient) => [InterpolationReference.Backward(input, outputGradient, mode)],
            Run = (step, tensors) => Interpolation.Apply(step, tensors[0], height, width, mode),
        };
    }
}

using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Kernels.MatrixProduct;

/// <summary>Cases of <see cref="MatrixProduct"/>.</summary>
internal sealed class MatrixProductCheck : IOperationCheck
{
    /// <inheritdoc/>
    public IEnumerable<OperationCase> Cases()
    {
        yield return Case("one number", new(1, 1, 1, 1), 1);
        yield return Case("2x3 by 3x5, 6 planes", new(2, 3, 2, 3), 5);
        yield return Case("row by column", new(1, 1, 1, 37), 1);
        yield return Case("column by row", new(1, 2, 19, 1), 23);
        yield return Case("off every tile", new(1, 1, 67, 19), 131);
        yield return Case("multiples of four", new(1, 2, 12, 20), 36);
        yield return Case("more terms than a panel", new(1, 1, 9, 261), 33);
        yield return Case("off every tile, exact", new(1, 1, 17, 33), 35, exact: true);
    }

    private static OperationCase Case(string name, TensorShape left, int columns, bool exact = false)
    {
        var random = new CheckRandom($"matrix product {name}");
        HostTensor<double> Numbers(TensorShape of) => exact ? random.SmallIntegers(of) : random.Normal(of);
        TensorShape right = new(left.Batch, left.Channels, left.Width, columns);
        return new OperationCase
        {
            Operation = "matrix product",
            Name = name,
            Inputs = [CheckInput.Parameter("a", Numbers(left)), CheckInput.Parameter("b", Numbers(right))],
            Tolerance = exact ? 0 : 2e-5,
            Forward = values => MatrixProductReference.Forward(values[0], values[1]),
            Backward = (values, outputGradient) =>
                [MatrixProductReference.BackwardLeft(values[1], outputGradient), MatrixProductReference.BackwardRight(values[0], outputGradient)],
            Run = (step, tensors) => MatrixProduct.Apply(step, tensors[0], tensors[1]),
        };
    }
}

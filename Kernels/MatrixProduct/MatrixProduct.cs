using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Ladders;
using SegFromScratch.Kernels.Profiling;

namespace SegFromScratch.Kernels.MatrixProduct;

/// <summary>The product of matrices, plane by plane. PyTorch: <c>matmul</c>.</summary>
public static class MatrixProduct
{
    /// <summary>
    /// C = A B for each of N x C planes. Shapes: a is N,C,I,K; b is N,C,K,J; the result is N,C,I,J. All have channel block 1.
    /// dL/dA = D B^T and dL/dB = A^T D, with D = dL/dC.
    /// </summary>
    /// <exception cref="ArgumentException">The sizes do not fit together, or a tensor has a channel block other than 1.</exception>
    public static Tensor Apply(Step step, Tensor a, Tensor b)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        foreach (Tensor factor in (ReadOnlySpan<Tensor>)[a, b])
        {
            if (factor.Layout.ChannelBlock != 1)
                throw new ArgumentException($"matrix '{factor.Name}' has channel block {factor.Layout.ChannelBlock}: matrices are kept with channel block 1", nameof(a));
        }

        MatrixProductShape shape = MatrixProductShape.Create(a.Shape, b.Shape);
        Tensor output = step.Create(new TensorLayout(shape.Output(a.Shape), 1), "matrix product", a.RequiresGradient || b.RequiresGradient);
        Run(step, shape, a, b, output);
        step.Record(output, keep: [b.RequiresGradient ? a : null, a.RequiresGradient ? b : null], outputGradient =>
        {
            if (a.RequiresGradient)
            {
                MatrixProductShape left = MatrixProductShape.Create(outputGradient.Shape, b.Shape, transposeRight: true);
                step.Accumulate(a, Run(step, left, outputGradient, b, step.CreateGradient(a)), OperationWork.MatrixProduct("gradient of the left factor", left, outputGradient, b, a));
            }

            if (b.RequiresGradient)
            {
                MatrixProductShape right = MatrixProductShape.Create(a.Shape, outputGradient.Shape, transposeLeft: true);
                step.Accumulate(b, Run(step, right, a, outputGradient, step.CreateGradient(b)), OperationWork.MatrixProduct("gradient of the right factor", right, a, outputGradient, b));
            }
        }, OperationWork.MatrixProduct(OperationWork.Forward, shape, a, b, output));
        return output;
    }

    private static Tensor Run(Step step, MatrixProductShape shape, Tensor left, Tensor right, Tensor output)
    {
        MatrixProductLadder.Run(step.Device, RungChoice.For(step.Device), shape, left.Data, right.Data, output.Data);
        return output;
    }
}

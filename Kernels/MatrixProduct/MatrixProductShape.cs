using SegFromScratch.Engine.Tensors;

namespace SegFromScratch.Kernels.MatrixProduct;

/// <summary>
/// All sizes of C = A B for many matrices at once: A is Rows x Inner, B is Inner x Columns, C is Rows x Columns, row by row.
/// Each factor has a stride for either index, so that a transposed matrix is read where it lies.
/// </summary>
/// <param name="Batch">How many products; the matrices of each lie one after the other.</param>
/// <param name="Rows">Rows of A and C.</param>
/// <param name="Inner">Columns of A and rows of B: the terms of each sum.</param>
/// <param name="Columns">Columns of B and C.</param>
/// <param name="LeftRowStride">Elements from one row of A to the next.</param>
/// <param name="LeftInnerStride">Elements from one column of A to the next.</param>
/// <param name="RightInnerStride">Elements from one row of B to the next.</param>
/// <param name="RightColumnStride">Elements from one column of B to the next.</param>
public readonly record struct MatrixProductShape(
    int Batch,
    int Rows,
    int Inner,
    int Columns,
    int LeftRowStride,
    int LeftInnerStride,
    int RightInnerStride,
    int RightColumnStride)
{
    /// <summary>The tensor shape of C, given that of A.</summary>
    public TensorShape Output(TensorShape left) => new(left.Batch, left.Channels, Rows, Columns);

    /// <summary>Two for each multiply-add.</summary>
    public long FloatingPointOperations => 2L * Batch * Rows * Inner * Columns;

    /// <summary>Works out the sizes of a product of the planes of two tensors.</summary>
    /// <param name="left">N,C and the height and width of A, or of its transpose.</param>
    /// <param name="right">N,C and the height and width of B, or of its transpose.</param>
    /// <param name="transposeLeft">A is the transpose of what is given.</param>
    /// <param name="transposeRight">B is the transpose of what is given.</param>
    /// <exception cref="ArgumentException">The sizes do not fit together.</exception>
    public static MatrixProductShape Create(TensorShape left, TensorShape right, bool transposeLeft = false, bool transposeRight = false)
    {
        (int rows, int inner) = transposeLeft ? (left.Width, left.Height) : (left.Height, left.Width);
        (int rightInner, int columns) = transposeRight ? (right.Width, right.Height) : (right.Height, right.Width);
        if (left.Batch != right.Batch || left.Channels != right.Channels)
            throw new ArgumentException($"matrices of shape {left} and {right} cannot be multiplied plane by plane: both need the same number of planes", nameof(right));
        if (inner != rightInner)
            throw new ArgumentException($"a matrix of {rows}x{inner} cannot be multiplied by one of {rightInner}x{columns}: the inner sizes differ", nameof(right));
        return new MatrixProductShape(
            left.Batch * left.Channels, rows, inner, columns,
            transposeLeft ? 1 : inner, transposeLeft ? rows : 1,
            transposeRight ? 1 : columns, transposeRight ? inner : 1);
    }
}

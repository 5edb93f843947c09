using System.Numerics;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Kernels.MatrixProduct;

/// <summary>The definition of the matrix product and its derivatives, as plain loops.</summary>
public static class MatrixProductReference
{
    /// <summary>C[i,j] = sum over k of A[i,k] B[k,j], for each plane. Shapes: a N,C,I,K; b N,C,K,J; the result N,C,I,J.</summary>
    public static HostTensor<T> Forward<T>(HostTensor<T> a, HostTensor<T> b)
        where T : IFloatingPoint<T> =>
        Sum<T>(new(a.Shape.Batch, a.Shape.Channels, a.Shape.Height, b.Shape.Width), a.Shape.Width, (n, c, i, j, k) => a[n, c, i, k] * b[n, c, k, j]);

    /// <summary>dA[i,k] = sum over j of D[i,j] B[k,j].</summary>
    public static HostTensor<T> BackwardLeft<T>(HostTensor<T> b, HostTensor<T> outputGradient)
        where T : IFloatingPoint<T> =>
        Sum<T>(new(b.Shape.Batch, b.Shape.Channels, outputGradient.Shape.Height, b.Shape.Height), b.Shape.Width, (n, c, i, k, j) => outputGradient[n, c, i, j] * b[n, c, k, j]);

    /// <summary>dB[k,j] = sum over i of A[i,k] D[i,j].</summary>
    public static HostTensor<T> BackwardRight<T>(HostTensor<T> a, HostTensor<T> outputGradient)
        where T : IFloatingPoint<T> =>
        Sum<T>(new(a.Shape.Batch, a.Shape.Channels, a.Shape.Width, outputGradient.Shape.Width), a.Shape.Height, (n, c, k, j, i) => a[n, c, i, k] * outputGradient[n, c, i, j]);

    private static HostTensor<T> Sum<T>(TensorShape shape, int terms, Func<int, int, int, int, int, T> term)
        where T : IFloatingPoint<T>
    {
        var result = new HostTensor<T>(shape);
        for (int n = 0; n < shape.Batch; n++)
        {
            for (int c = 0; c < shape.Channels; c++)
            {
                for (int y = 0; y < shape.Height; y++)
                {
                    for (int x = 0; x < shape.Width; x++)
                    {
                        T sum = T.Zero;
                        for (int k = 0; k < terms; k++)
                            sum += term(n, c, y, x, k);
                        result[n, c, y, x] = sum;
                    }
                }
            }
        }

        return result;
    }
}

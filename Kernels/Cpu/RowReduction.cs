using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SegFromScratch.Kernels.Cpu;

/// <summary>An operation on two numbers whose order does not matter, eight at a time. Implementations are structs, so that each use is compiled for its own.</summary>
internal interface IVectorFold
{
    /// <summary>Combines two vectors, lane by lane.</summary>
    static abstract Vector256<float> Of(Vector256<float> a, Vector256<float> b);
}

/// <summary>a + b.</summary>
internal readonly struct SumFold : IVectorFold
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Of(Vector256<float> a, Vector256<float> b) => a + b;
}

/// <summary>The larger of a and b; either of them where one is not a number.</summary>
internal readonly struct MaximumFold : IVectorFold
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Of(Vector256<float> a, Vector256<float> b) => Vector256.MaxNative(a, b);
}

/// <summary>
/// Eight rows of eight numbers, each brought to one number, all rows together: three shuffles of pairs of vectors a row instead of six operations that wait for each other.
/// The number of a row does not depend on its place among the eight.
/// </summary>
internal static unsafe class RowReduction
{
    /// <summary>Lane i of the result is row i brought together.</summary>
    /// <param name="rows">64 numbers.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Of<TFold>(float* rows)
        where TFold : struct, IVectorFold
    {
        if (!Avx.IsSupported)
            return OneByOne<TFold>(rows);
        Vector256<float> first = Quarters<TFold>(rows), second = Quarters<TFold>(rows + 32);
        return TFold.Of(Avx.Permute2x128(first, second, 0x20), Avx.Permute2x128(first, second, 0x31));
    }

    // Four rows a, b, c, d: halves of a, b, c, d and then the other halves.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Quarters<TFold>(float* rows)
        where TFold : struct, IVectorFold
    {
        Vector256<float> ab = Neighbours<TFold>(Vector256.Load(rows), Vector256.Load(rows + 8));
        Vector256<float> cd = Neighbours<TFold>(Vector256.Load(rows + 16), Vector256.Load(rows + 24));
        return Neighbours<TFold>(ab, cd);
    }

    // Within each half of the vectors: a0 a1, a2 a3, b0 b1, b2 b3.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Neighbours<TFold>(Vector256<float> a, Vector256<float> b)
        where TFold : struct, IVectorFold =>
        TFold.Of(Avx.Shuffle(a, b, 0x88), Avx.Shuffle(a, b, 0xDD));

    private static Vector256<float> OneByOne<TFold>(float* rows)
        where TFold : struct, IVectorFold
    {
        float* results = stackalloc float[8];
        for (int row = 0; row < 8; row++)
        {
            Vector256<float> lanes = Vector256.Load(rows + (8 * row));
            lanes = TFold.Of(lanes, Vector256.Shuffle(lanes, Vector256.Create(1, 0, 3, 2, 5, 4, 7, 6)));
            lanes = TFold.Of(lanes, Vector256.Shuffle(lanes, Vector256.Create(2, 3, 0, 1, 6, 7, 4, 5)));
            results[row] = TFold.Of(lanes, Vector256.Shuffle(lanes, Vector256.Create(4, 5, 6, 7, 0, 1, 2, 3)))[0];
        }

        return Vector256.Load(results);
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.BatchNormalization.Cpu;

/// <summary>
/// Sums over a slice of pixels that fits the first-level cache. Each is taken about a pivot near the slice's mean,
/// so that a large mean costs no digits: this is what makes one walk through memory as exact as two.
/// </summary>
internal static unsafe class SliceStatistics
{
    /// <summary>Pixels of a slice: 16 channels of them are 32 KB.</summary>
    public const int Pixels = 512;

    /// <summary>Finds, for each channel of a block, pivot, sum of (x - pivot) and sum of (x - pivot)^2.</summary>
    /// <param name="data">The first pixel.</param>
    /// <param name="pixels">At most <see cref="Pixels"/>.</param>
    /// <param name="block">The channel block, 8 or 16.</param>
    /// <param name="pivot">Written: a number a channel.</param>
    /// <param name="sum">Written: a number a channel.</param>
    /// <param name="square">Written: a number a channel.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void About(float* data, int pixels, int block, float* pivot, float* sum, float* square)
    {
        var zeros = default(FourVectors);
        FourVectors total = Sum(data, pixels * block, zeros);
        total.Store(pivot, block, 1f / pixels);
        FourVectors pivots = FourVectors.Load(pivot, block);
        (FourVectors sums, FourVectors squares) = Squares(data, pixels * block, pivots);
        sums.Store(sum, block, 1f);
        squares.Store(square, block, 1f);
    }

    private static FourVectors Sum(float* data, int length, FourVectors total)
    {
        Vector256<float> a = total.A, b = total.B, c = total.C, d = total.D;
        int i = 0;
        for (; i + 32 <= length; i += 32)
        {
            a += Vector256.Load(data + i);
            b += Vector256.Load(data + i + 8);
            c += Vector256.Load(data + i + 16);
            d += Vector256.Load(data + i + 24);
        }

        if (i < length)
            a += Vector256.Load(data + i);
        if (i + 8 < length)
            b += Vector256.Load(data + i + 8);
        if (i + 16 < length)
            c += Vector256.Load(data + i + 16);
        return new FourVectors(a, b, c, d);
    }

    private static (FourVectors Sums, FourVectors Squares) Squares(float* data, int length, FourVectors pivot)
    {
        Vector256<float> a = default, b = default, c = default, d = default;
        Vector256<float> aa = default, bb = default, cc = default, dd = default;
        int i = 0;
        for (; i + 32 <= length; i += 32)
        {
            Vector256<float> x = Vector256.Load(data + i) - pivot.A;
            Vector256<float> y = Vector256.Load(data + i + 8) - pivot.B;
            Vector256<float> z = Vector256.Load(data + i + 16) - pivot.C;
            Vector256<float> w = Vector256.Load(data + i + 24) - pivot.D;
            a += x;
            b += y;
            c += z;
            d += w;
            aa = Vector256.MultiplyAddEstimate(x, x, aa);
            bb = Vector256.MultiplyAddEstimate(y, y, bb);
            cc = Vector256.MultiplyAddEstimate(z, z, cc);
            dd = Vector256.MultiplyAddEstimate(w, w, dd);
        }

        if (i < length)
        {
            Vector256<float> x = Vector256.Load(data + i) - pivot.A;
            a += x;
            aa = Vector256.MultiplyAddEstimate(x, x, aa);
        }

        if (i + 8 < length)
        {
            Vector256<float> y = Vector256.Load(data + i + 8) - pivot.B;
            b += y;
            bb = Vector256.MultiplyAddEstimate(y, y, bb);
        }

        if (i + 16 < length)
        {
            Vector256<float> z = Vector256.Load(data + i + 16) - pivot.C;
            c += z;
            cc = Vector256.MultiplyAddEstimate(z, z, cc);
        }

        return (new FourVectors(a, b, c, d), new FourVectors(aa, bb, cc, dd));
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SegFromScratch.Kernels.Convolution.Cpu.Image.Stride2;

/// <summary>
/// Multiplies transformed rows and weights for four tiles and two vectors of output channels, all 2x2 outputs of each. Of a row's five numbers a - c, b, c, c - e, d
/// the sums over the first two are l, that over the third is m and those over the last two are r; l + m and m + r are the two columns of a tile.
/// Down the columns it is the same again: the rows of kind c come first, and both rows of outputs go on from their sums, the lower one first. All 24 sums stay in registers.
/// </summary>
internal unsafe struct Stride2Product
{
    /// <summary>Pixels of a row that are computed at once.</summary>
    public const int Pixels = 2 * Stride2Rows.TilesAtOnce;

    /// <summary>Floats of these.</summary>
    public const int Length = Pixels * Stride2Weights.VectorsAtOnce * Stride2Weights.Lanes;

    /// <summary>Channels of the picture.</summary>
    public int Channels;

    /// <summary>Floats from one transformed row to the next.</summary>
    public nint Row;

    /// <summary>What sums start from: two vectors.</summary>
    public float* Initial;

    /// <summary>Results are not less than this.</summary>
    public float Floor;

    /// <summary>Room for <see cref="Length"/> floats.</summary>
    public float* Shared;

    /// <summary>Computes eight pixels of two rows.</summary>
    /// <param name="numbers">The first row's numbers for the first tile.</param>
    /// <param name="middles">The same in the row's second part.</param>
    /// <param name="weights">The weights that meet the first row.</param>
    /// <param name="upper">The first pixel of the upper row.</param>
    /// <param name="lower">The first pixel of the lower row; where there is none, that of the upper one, which is written later.</param>
    /// <param name="vector">Floats from a pixel's first vector to its second; from pixel to pixel there are as many as in a vector.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run(float* numbers, float* middles, float* weights, float* upper, float* lower, nint vector)
    {
        Vector512<float> i0 = Vector512.Load(Initial);
        Vector512<float> i1 = Vector512.Load(Initial + 16);
        Vector512<float> l00 = i0, l10 = i0, l20 = i0, l30 = i0;
        Vector512<float> l01 = i1, l11 = i1, l21 = i1, l31 = i1;
        Vector512<float> r00 = i0, r10 = i0, r20 = i0, r30 = i0;
        Vector512<float> r01 = i1, r11 = i1, r21 = i1, r31 = i1;
        Vector512<float> m00 = Vector512<float>.Zero, m10 = Vector512<float>.Zero, m20 = Vector512<float>.Zero, m30 = Vector512<float>.Zero;
        Vector512<float> m01 = Vector512<float>.Zero, m11 = Vector512<float>.Zero, m21 = Vector512<float>.Zero, m31 = Vector512<float>.Zero;
        for (int part = 0; part < 3; part++)
        {
            for (int rows = part == 0 ? Channels : 2 * Channels; rows > 0; rows--)
            {
                Vector512<float> w0 = Vector512.Load(weights), w1 = Vector512.Load(weights + 16);
                Vector512<float> x = Vector512.Create(numbers[0]);
                l00 = Vector512.FusedMultiplyAdd(x, w0, l00);
                l01 = Vector512.FusedMultiplyAdd(x, w1, l01);
                x = Vector512.Create(numbers[4]);
                l10 = Vector512.FusedMultiplyAdd(x, w0, l10);
                l11 = Vector512.FusedMultiplyAdd(x, w1, l11);
                x = Vector512.Create(numbers[8]);
                l20 = Vector512.FusedMultiplyAdd(x, w0, l20);
                l21 = Vector512.FusedMultiplyAdd(x, w1, l21);
                x = Vector512.Create(numbers[12]);
                l30 = Vector512.FusedMultiplyAdd(x, w0, l30);
                l31 = Vector512.FusedMultiplyAdd(x, w1, l31);
                (w0, w1) = (Vector512.Load(weights + 32), Vector512.Load(weights + 48));
                x = Vector512.Create(numbers[1]);
                l00 = Vector512.FusedMultiplyAdd(x, w0, l00);
                l01 = Vector512.FusedMultiplyAdd(x, w1, l01);
                x = Vector512.Create(numbers[5]);
                l10 = Vector512.FusedMultiplyAdd(x, w0, l10);
                l11 = Vector512.FusedMultiplyAdd(x, w1, l11);
                x = Vector512.Create(numbers[9]);
                l20 = Vector512.FusedMultiplyAdd(x, w0, l20);
                l21 = Vector512.FusedMultiplyAdd(x, w1, l21);
                x = Vector512.Create(numbers[13]);
                l30 = Vector512.FusedMultiplyAdd(x, w0, l30);
                l31 = Vector512.FusedMultiplyAdd(x, w1, l31);
                (w0, w1) = (Vector512.Load(weights + 64), Vector512.Load(weights + 80));
                x = Vector512.Create(middles[0]);
                m00 = Vector512.FusedMultiplyAdd(x, w0, m00);
                m01 = Vector512.FusedMultiplyAdd(x, w1, m01);
                x = Vector512.Create(middles[1]);
                m10 = Vector512.FusedMultiplyAdd(x, w0, m10);
                m11 = Vector512.FusedMultiplyAdd(x, w1, m11);
                x = Vector512.Create(middles[2]);
                m20 = Vector512.FusedMultiplyAdd(x, w0, m20);
                m21 = Vector512.FusedMultiplyAdd(x, w1, m21);
                x = Vector512.Create(middles[3]);
                m30 = Vector512.FusedMultiplyAdd(x, w0, m30);
                m31 = Vector512.FusedMultiplyAdd(x, w1, m31);
                (w0, w1) = (Vector512.Load(weights + 96), Vector512.Load(weights + 112));
                x = Vector512.Create(numbers[2]);
                r00 = Vector512.FusedMultiplyAdd(x, w0, r00);
                r01 = Vector512.FusedMultiplyAdd(x, w1, r01);
                x = Vector512.Create(numbers[6]);
                r10 = Vector512.FusedMultiplyAdd(x, w0, r10);
                r11 = Vector512.FusedMultiplyAdd(x, w1, r11);
                x = Vector512.Create(numbers[10]);
                r20 = Vector512.FusedMultiplyAdd(x, w0, r20);
                r21 = Vector512.FusedMultiplyAdd(x, w1, r21);
                x = Vector512.Create(numbers[14]);
                r30 = Vector512.FusedMultiplyAdd(x, w0, r30);
                r31 = Vector512.FusedMultiplyAdd(x, w1, r31);
                (w0, w1) = (Vector512.Load(weights + 128), Vector512.Load(weights + 144));
                x = Vector512.Create(numbers[3]);
                r00 = Vector512.FusedMultiplyAdd(x, w0, r00);
                r01 = Vector512.FusedMultiplyAdd(x, w1, r01);
                x = Vector512.Create(numbers[7]);
                r10 = Vector512.FusedMultiplyAdd(x, w0, r10);
                r11 = Vector512.FusedMultiplyAdd(x, w1, r11);
                x = Vector512.Create(numbers[11]);
                r20 = Vector512.FusedMultiplyAdd(x, w0, r20);
                r21 = Vector512.FusedMultiplyAdd(x, w1, r21);
                x = Vector512.Create(numbers[15]);
                r30 = Vector512.FusedMultiplyAdd(x, w0, r30);
                r31 = Vector512.FusedMultiplyAdd(x, w1, r31);
                numbers += Row;
                middles += Row;
                weights += Stride2Weights.RowLength;
            }

            (l00, l01, r00, r01) = (l00 + m00, l01 + m01, r00 + m00, r01 + m01);
            (l10, l11, r10, r11) = (l10 + m10, l11 + m11, r10 + m10, r11 + m11);
            (l20, l21, r20, r21) = (l20 + m20, l21 + m21, r20 + m20, r21 + m21);
            (l30, l31, r30, r31) = (l30 + m30, l31 + m31, r30 + m30, r31 + m31);
            if (part > 0 && Floor > float.NegativeInfinity)
            {
                Vector512<float> floor = Vector512.Create(Floor);
                (l00, l01) = (Vector512.MaxNative(floor, l00), Vector512.MaxNative(floor, l01));
                (r00, r01) = (Vector512.MaxNative(floor, r00), Vector512.MaxNative(floor, r01));
                (l10, l11) = (Vector512.MaxNative(floor, l10), Vector512.MaxNative(floor, l11));
                (r10, r11) = (Vector512.MaxNative(floor, r10), Vector512.MaxNative(floor, r11));
                (l20, l21) = (Vector512.MaxNative(floor, l20), Vector512.MaxNative(floor, l21));
                (r20, r21) = (Vector512.MaxNative(floor, r20), Vector512.MaxNative(floor, r21));
                (l30, l31) = (Vector512.MaxNative(floor, l30), Vector512.MaxNative(floor, l31));
                (r30, r31) = (Vector512.MaxNative(floor, r30), Vector512.MaxNative(floor, r31));
            }

            float* to = part == 0 ? Shared : part == 1 ? lower : upper;
            nint second = part == 0 ? Length / 2 : vector;
            l00.Store(to);
            r00.Store(to + 16);
            l10.Store(to + 32);
            r10.Store(to + 48);
            l20.Store(to + 64);
            r20.Store(to + 80);
            l30.Store(to + 96);
            r30.Store(to + 112);
            l01.Store(to + second);
            r01.Store(to + second + 16);
            l11.Store(to + second + 32);
            r11.Store(to + second + 48);
            l21.Store(to + second + 64);
            r21.Store(to + second + 80);
            l31.Store(to + second + 96);
            r31.Store(to + second + 112);
            m00 = m01 = m10 = m11 = m20 = m21 = m30 = m31 = Vector512<float>.Zero;
            if (part != 1)
                continue;
            l00 = Vector512.Load(Shared);
            r00 = Vector512.Load(Shared + 16);
            l10 = Vector512.Load(Shared + 32);
            r10 = Vector512.Load(Shared + 48);
            l20 = Vector512.Load(Shared + 64);
            r20 = Vector512.Load(Shared + 80);
            l30 = Vector512.Load(Shared + 96);
            r30 = Vector512.Load(Shared + 112);
            l01 = Vector512.Load(Shared + 128);
            r01 = Vector512.Load(Shared + 144);
            l11 = Vector512.Load(Shared + 160);
            r11 = Vector512.Load(Shared + 176);
            l21 = Vector512.Load(Shared + 192);
            r21 = Vector512.Load(Shared + 208);
            l31 = Vector512.Load(Shared + 224);
            r31 = Vector512.Load(Shared + 240);
        }
    }
}

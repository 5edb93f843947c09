using System.Runtime.CompilerServices;

namespace SegFromScratch.Training.Images.Jpeg;

/// <summary>Turns the 64 frequencies of a block back into 8x8 samples (T.81, A.3.3).</summary>
/// <remarks>The two-dimensional transform is eight one-dimensional ones down the columns and eight along the rows, each after
/// C. Loeffler, A. Ligtenberg, G. Moschytz, "Practical fast 1-D DCT algorithms with 11 multiplications", ICASSP 1989, in
/// whole numbers of 13 fractional bits. Rounding falls where the widely used accurate integer decoders have it, so pictures
/// come out equal to theirs to the bit.</remarks>
internal static class InverseDct
{
    private const int FractionBits = 13;

    /// <summary>Bits that the columns' results keep below the point, for the rows to work with.</summary>
    private const int ColumnBits = 2;

    /// <summary>The transform as written gives sqrt(8) times the samples in each direction: 8 in all.</summary>
    private const int ScaleBits = 3;

    /// <summary>Samples are stored less 128 (A.3.1).</summary>
    private const int LevelShift = 128;

    /// <summary>Multiplies a block by its step sizes, transforms it and writes it to its place in the component.</summary>
    public static void Write(ReadOnlySpan<short> block, bool hasAc, JpegComponent component, int blockRow, int blockColumn)
    {
        ushort[] steps = component.Quantisation!;
        int stride = component.Stride;
        Span<byte> target = component.Samples.AsSpan((blockRow * 8 * stride) + (blockColumn * 8));
        if (!hasAc)
        {
            byte sample = ToByte(((block[0] * steps[0]) + (1 << (ScaleBits - 1))) >> ScaleBits);
            for (int row = 0; row < 8; row++)
                target.Slice(row * stride, 8).Fill(sample);
            return;
        }

        Span<int> work = stackalloc int[64];
        for (int i = 0; i < 64; i++)
            work[i] = block[i] * steps[i];
        for (int column = 0; column < 8; column++)
            TransformColumn(work[column..]);
        for (int row = 0; row < 8; row++)
        {
            Span<int> line = work.Slice(row * 8, 8);
            Transform(ref line[0], 1, FractionBits + ColumnBits + ScaleBits);
            Span<byte> samples = target.Slice(row * stride, 8);
            for (int column = 0; column < 8; column++)
                samples[column] = ToByte(line[column]);
        }
    }

    /// <summary>Most columns of most blocks have nothing below their first row, and are constant then.</summary>
    private static void TransformColumn(Span<int> work)
    {
        if ((work[8] | work[16] | work[24] | work[32] | work[40] | work[48] | work[56]) != 0)
        {
            Transform(ref work[0], 8, FractionBits - ColumnBits);
            return;
        }

        int constant = work[0] << ColumnBits;
        for (int i = 0; i < 64; i += 8)
            work[i] = constant;
    }

    /// <summary>One one-dimensional transform in place, of eight numbers that lie <paramref name="step"/> apart; the results are
    /// divided by 2^<paramref name="shift"/> and rounded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transform(ref int first, int step, int shift)
    {
        ref int in1 = ref Unsafe.Add(ref first, step);
        ref int in2 = ref Unsafe.Add(ref first, 2 * step);
        ref int in3 = ref Unsafe.Add(ref first, 3 * step);
        ref int in4 = ref Unsafe.Add(ref first, 4 * step);
        ref int in5 = ref Unsafe.Add(ref first, 5 * step);
        ref int in6 = ref Unsafe.Add(ref first, 6 * step);
        ref int in7 = ref Unsafe.Add(ref first, 7 * step);

        // Even frequencies: a rotation by pi * 6 / 16 of 2 and 6, sums and differences of 0 and 4. The number in a constant's
        // name is its value times 10^9; the value itself is multiplied by 2^13.
        const int c0541196100 = 4433, c0765366865 = 6270, c1847759065 = 15137;
        int rotation = (in2 + in6) * c0541196100;
        int even2 = rotation - (in6 * c1847759065);
        int even3 = rotation + (in2 * c0765366865);
        int even0 = (first + in4) << FractionBits;
        int even1 = (first - in4) << FractionBits;
        (int sum0, int sum3, int sum1, int sum2) = (even0 + even3, even0 - even3, even1 + even2, even1 - even2);

        // Odd frequencies: the four rotations of the paper's figure 8, with their shared products taken out.
        const int c0298631336 = 2446, c0390180644 = 3196, c0899976223 = 7373, c1175875602 = 9633, c1501321110 = 12299,
            c1961570560 = 16069, c2053119869 = 16819, c2562915447 = 20995, c3072711026 = 25172;
        int shared = (in7 + in3 + in5 + in1) * c1175875602;
        int outer = (in7 + in1) * -c0899976223;
        int inner = (in5 + in3) * -c2562915447;
        int low = ((in7 + in3) * -c1961570560) + shared;
        int high = ((in5 + in1) * -c0390180644) + shared;
        int odd0 = (in7 * c0298631336) + outer + low;
        int odd1 = (in5 * c2053119869) + inner + high;
        int odd2 = (in3 * c3072711026) + inner + low;
        int odd3 = (in1 * c1501321110) + outer + high;

        int half = 1 << (shift - 1);
        (first, in7) = ((sum0 + odd3 + half) >> shift, (sum0 - odd3 + half) >> shift);
        (in1, in6) = ((sum1 + odd2 + half) >> shift, (sum1 - odd2 + half) >> shift);
        (in2, in5) = ((sum2 + odd1 + half) >> shift, (sum2 - odd1 + half) >> shift);
        (in3, in4) = ((sum3 + odd0 + half) >> shift, (sum3 - odd0 + half) >> shift);
    }

    private static byte ToByte(int sample) => (byte)Math.Clamp(sample + LevelShift, 0, 255);
}

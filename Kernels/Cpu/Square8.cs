using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SegFromScratch.Kernels.Cpu;

/// <summary>Eight rows of eight floats in registers, to turn rows into columns.</summary>
internal unsafe struct Square8
{
    private Vector256<float> _0, _1, _2, _3, _4, _5, _6, _7;

    /// <summary>Whether this is faster here than moving numbers one by one.</summary>
    public static bool IsSupported => Avx.IsSupported;

    /// <summary>Reads rows at equal distances and turns them into columns.</summary>
    /// <param name="from">The first row.</param>
    /// <param name="step">Floats from one row to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Square8 LoadTransposed(float* from, nint step) => Transpose(
        Vector256.Load(from), Vector256.Load(from + step), Vector256.Load(from + (2 * step)), Vector256.Load(from + (3 * step)),
        Vector256.Load(from + (4 * step)), Vector256.Load(from + (5 * step)), Vector256.Load(from + (6 * step)), Vector256.Load(from + (7 * step)));

    /// <summary>Turns rows that lie anywhere into columns.</summary>
    /// <param name="rows">Eight addresses.</param>
    /// <param name="offset">Floats to add to each.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Square8 LoadTransposed(float** rows, nint offset) => Transpose(
        Vector256.Load(rows[0] + offset), Vector256.Load(rows[1] + offset), Vector256.Load(rows[2] + offset), Vector256.Load(rows[3] + offset),
        Vector256.Load(rows[4] + offset), Vector256.Load(rows[5] + offset), Vector256.Load(rows[6] + offset), Vector256.Load(rows[7] + offset));

    /// <summary>Writes rows at equal distances.</summary>
    /// <param name="to">The first row.</param>
    /// <param name="step">Floats from one row to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(float* to, nint step)
    {
        _0.Store(to);
        _1.Store(to + step);
        _2.Store(to + (2 * step));
        _3.Store(to + (3 * step));
        _4.Store(to + (4 * step));
        _5.Store(to + (5 * step));
        _6.Store(to + (6 * step));
        _7.Store(to + (7 * step));
    }

    /// <summary>Writes rows that lie anywhere.</summary>
    /// <param name="rows">Eight addresses.</param>
    /// <param name="offset">Floats to add to each.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(float** rows, nint offset)
    {
        _0.Store(rows[0] + offset);
        _1.Store(rows[1] + offset);
        _2.Store(rows[2] + offset);
        _3.Store(rows[3] + offset);
        _4.Store(rows[4] + offset);
        _5.Store(rows[5] + offset);
        _6.Store(rows[6] + offset);
        _7.Store(rows[7] + offset);
    }

    // Pairs of rows, then pairs of pairs, then halves.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Square8 Transpose(
        Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d, Vector256<float> e, Vector256<float> f, Vector256<float> g, Vector256<float> h)
    {
        Vector256<float> ab = Avx.UnpackLow(a, b), ab2 = Avx.UnpackHigh(a, b), cd = Avx.UnpackLow(c, d), cd2 = Avx.UnpackHigh(c, d);
        Vector256<float> ef = Avx.UnpackLow(e, f), ef2 = Avx.UnpackHigh(e, f), gh = Avx.UnpackLow(g, h), gh2 = Avx.UnpackHigh(g, h);
        Vector256<float> ad0 = Avx.Shuffle(ab, cd, 0x44), ad1 = Avx.Shuffle(ab, cd, 0xEE), ad2 = Avx.Shuffle(ab2, cd2, 0x44), ad3 = Avx.Shuffle(ab2, cd2, 0xEE);
        Vector256<float> eh0 = Avx.Shuffle(ef, gh, 0x44), eh1 = Avx.Shuffle(ef, gh, 0xEE), eh2 = Avx.Shuffle(ef2, gh2, 0x44), eh3 = Avx.Shuffle(ef2, gh2, 0xEE);
        return new Square8
        {
            _0 = Avx.Permute2x128(ad0, eh0, 0x20),
            _1 = Avx.Permute2x128(ad1, eh1, 0x20),
            _2 = Avx.Permute2x128(ad2, eh2, 0x20),
            _3 = Avx.Permute2x128(ad3, eh3, 0x20),
            _4 = Avx.Permute2x128(ad0, eh0, 0x31),
            _5 = Avx.Permute2x128(ad1, eh1, 0x31),
            _6 = Avx.Permute2x128(ad2, eh2, 0x31),
            _7 = Avx.Permute2x128(ad3, eh3, 0x31),
        };
    }
}

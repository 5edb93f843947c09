using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SegFromScratch.Kernels.Cpu;

/// <summary>
/// Sums of four vectors of 8 in a row, kept apart so that additions need not wait for each other:
/// two pixels of block 16 (A and C are its first half, B and D its second) or four pixels of block 8.
/// </summary>
internal readonly unsafe struct FourVectors(Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d)
{
    /// <summary>The first vector.</summary>
    public readonly Vector256<float> A = a;

    /// <summary>The second vector.</summary>
    public readonly Vector256<float> B = b;

    /// <summary>The third vector.</summary>
    public readonly Vector256<float> C = c;

    /// <summary>The fourth vector.</summary>
    public readonly Vector256<float> D = d;

    /// <summary>One number a channel of a block of 8 or 16, repeated for all vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FourVectors Load(float* channels, int block)
    {
        var pair = new LanePair(channels, block);
        return new FourVectors(pair.First, pair.Second, pair.First, pair.Second);
    }

    /// <summary>Adds the vectors up to one number a channel, times a factor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* channels, int block, float factor)
    {
        if (block == 16)
        {
            ((A + C) * factor).Store(channels);
            ((B + D) * factor).Store(channels + 8);
        }
        else
        {
            ((A + B + (C + D)) * factor).Store(channels);
        }
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SegFromScratch.Kernels.Cpu;

/// <summary>
/// One number a channel, for loops that take two vectors of 8 at a time: a pixel of block 16, or two pixels of block 8.
/// A single vector left over at the end belongs to <see cref="First"/>.
/// </summary>
internal readonly unsafe struct LanePair
{
    /// <summary>For the even vectors.</summary>
    public readonly Vector256<float> First;

    /// <summary>For the odd vectors.</summary>
    public readonly Vector256<float> Second;

    /// <summary>Loads the numbers of a channel block of 8 or 16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public LanePair(float* channels, int block)
    {
        First = Vector256.Load(channels);
        Second = Vector256.Load(channels + block - 8);
    }
}

using System.Runtime.CompilerServices;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu.Depthwise;

/// <summary>The four source rows under a pair of rows of results.</summary>
/// <param name="geometry">The pass.</param>
/// <param name="plane">The first float of the source's plane.</param>
/// <param name="row">Floats from one row of the source to the next.</param>
/// <param name="zeros">What rows outside the source read.</param>
/// <param name="y">The first of the two rows.</param>
internal readonly unsafe ref struct RowPairSources(in RowPairGeometry geometry, float* plane, nint row, float* zeros, int y)
{
    /// <summary>The first row.</summary>
    public readonly float* A = At(geometry, plane, row, zeros, y, 0);

    /// <summary>The second row.</summary>
    public readonly float* B = At(geometry, plane, row, zeros, y, 1);

    /// <summary>The third row.</summary>
    public readonly float* C = At(geometry, plane, row, zeros, y, 2);

    /// <summary>The fourth row.</summary>
    public readonly float* D = At(geometry, plane, row, zeros, y, 3);

    /// <summary>
    /// A column of the four rows as Winograd's F(2,3) multiplies it: a - c, b + c, c - b, b - d.
    /// Two results of three taps are sums of these four times one weight each, instead of six products.
    /// </summary>
    /// <param name="at">Floats from the start of a row.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (TLanes First, TLanes Second, TLanes Third, TLanes Fourth) Transformed<TLanes>(nint at)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes b = TLanes.Load(B + at), c = TLanes.Load(C + at);
        return (TLanes.Load(A + at) - c, b + c, c - b, b - TLanes.Load(D + at));
    }

    private static float* At(in RowPairGeometry geometry, float* plane, nint row, float* zeros, int y, int number)
    {
        int place = y + geometry.Top + (number * geometry.Apart);
        return place >= 0 && place < geometry.SourceHeight ? plane + (place * row) : zeros;
    }
}

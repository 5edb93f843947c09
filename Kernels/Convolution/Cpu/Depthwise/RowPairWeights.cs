using System.Runtime.CompilerServices;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu.Depthwise;

/// <summary>A column of three weights g as Winograd's F(2,3) multiplies it: g0, (g0 + g1 + g2) / 2, (g0 - g1 + g2) / 2, g2.</summary>
/// <typeparam name="TLanes">The vector.</typeparam>
internal readonly struct RowPairWeights<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    /// <summary>The first.</summary>
    public readonly TLanes First;

    /// <summary>The second.</summary>
    public readonly TLanes Second;

    /// <summary>The third.</summary>
    public readonly TLanes Third;

    /// <summary>The fourth.</summary>
    public readonly TLanes Fourth;

    /// <summary>Transforms a column.</summary>
    /// <param name="top">The column's first weight.</param>
    /// <param name="row">Floats from one weight of the column to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe RowPairWeights(float* top, nint row)
    {
        First = TLanes.Load(top);
        Fourth = TLanes.Load(top + (2 * row));
        TLanes middle = TLanes.Load(top + row);
        TLanes half = TLanes.Create(0.5f);
        Third = (First + Fourth - middle) * half;
        Second = (First + Fourth + middle) * half;
    }
}

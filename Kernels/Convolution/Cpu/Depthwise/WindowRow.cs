using System.Runtime.CompilerServices;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu.Depthwise;

/// <summary>Three rows of a source over which a window of three by three pixels moves with stride 1, from which it reads column by column.</summary>
/// <param name="rows">The three rows.</param>
/// <param name="block">Floats of a pixel.</param>
/// <param name="width">Pixels of a row.</param>
/// <param name="offset">The column that the window of position 0 reads first; columns outside read as zeros.</param>
/// <param name="dilation">Columns from one of the window to the next.</param>
/// <param name="count">Positions of the window.</param>
internal readonly unsafe ref struct WindowRow(float** rows, int block, int width, int offset, int dilation, int count)
{
    /// <summary>The first row.</summary>
    public readonly float* A = rows[0];

    /// <summary>The second row.</summary>
    public readonly float* B = rows[1];

    /// <summary>The third row.</summary>
    public readonly float* C = rows[2];

    /// <summary>Pixels of a row.</summary>
    public readonly int Width = width;

    /// <summary>Columns from one of the window to the next.</summary>
    public readonly int Dilation = dilation;

    /// <summary>Positions of the window.</summary>
    public readonly int Count = count;

    /// <summary>The column of the source under a column of the window.</summary>
    public int Place(int position, int tap) => position + offset + (tap * Dilation);

    /// <summary>A column of the window in all three rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (TLanes A, TLanes B, TLanes C) Column<TLanes>(int position, int tap)
        where TLanes : struct, ILanes<TLanes>
    {
        int column = Place(position, tap);
        if ((uint)column >= (uint)Width)
            return (TLanes.Create(0f), TLanes.Create(0f), TLanes.Create(0f));
        nint from = (nint)column * block;
        return (TLanes.Load(A + from), TLanes.Load(B + from), TLanes.Load(C + from));
    }
}

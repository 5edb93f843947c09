namespace SegFromScratch.Kernels.Convolution.Cpu.Depthwise;

/// <summary>
/// A pass with three by three taps and stride 1 that computes two rows of results at a time, <see cref="Apart"/> rows apart, from the four source rows under them.
/// Columns of results that are <see cref="Step"/> apart form a chain: each result and the next share two of their three source columns.
/// </summary>
/// <param name="rows">The rows of the pass.</param>
/// <param name="columns">The columns of the pass.</param>
internal readonly struct RowPairGeometry(in TapAxis rows, in TapAxis columns)
{
    /// <summary>The first source row under row 0 of the results; may be outside, where the source is zero.</summary>
    public readonly int Top = rows.FirstOffset;

    /// <summary>Rows from one of a pair to the other, and from one source row to the next: the dilation.</summary>
    public readonly int Apart = rows.OffsetStep;

    /// <summary>Rows of the source.</summary>
    public readonly int SourceHeight = rows.SourceLength;

    /// <summary>The first source column under column 0 of the results.</summary>
    public readonly int Left = columns.FirstOffset;

    /// <summary>Columns from one of a chain to the next: the dilation.</summary>
    public readonly int Step = columns.OffsetStep;

    /// <summary>Columns of the source.</summary>
    public readonly int SourceWidth = columns.SourceLength;

    /// <summary>Columns of the results.</summary>
    public readonly int Width = columns.Count;

    /// <summary>
    /// Whether a pass can be computed so. Of each chain's source columns the first two may lie outside on the left and the last two on the right,
    /// and each column inside must be the last tap of a result or of one before the first; that leaves out only padding which is wider than the window.
    /// </summary>
    public static bool Supports(in TapAxis rows, in TapAxis columns) =>
        rows.Taps == 3 && columns.Taps == 3 && rows.SourceStep == 1 && columns.SourceStep == 1 && rows.Step == 1 && columns.Step == 1
            && columns.FirstOffset >= -2 * columns.OffsetStep
            && columns.FirstOffset + columns.Count <= columns.SourceLength
            && columns.FirstOffset + columns.Count >= columns.SourceLength - (2 * columns.OffsetStep);

    /// <summary>The first source column of a chain that lies inside, and which of the chain's source columns it is: 0, 1 or 2.</summary>
    public (int Column, int Number) FirstInside(int chain)
    {
        int column = chain + Left, number = 0;
        for (; column < 0; number++)
            column += Step;
        return (column, number);
    }
}

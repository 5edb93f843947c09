namespace SegFromScratch.Kernels.Cpu;

/// <summary>
/// What an outer-product micro-kernel needs besides its pointers. It adds up weight gradients:
/// <c>destination[c][k] += sum over the pixels p of a rectangle of source[p][c] * gradient[p][k]</c>
/// for R channels c, side by side or found by offsets, and V vectors of k. All distances are in floats.
/// </summary>
internal unsafe struct OuterProductArguments
{
    /// <summary>Rows of the rectangle.</summary>
    public nint Rows;

    /// <summary>Columns of the rectangle.</summary>
    public nint Columns;

    /// <summary>From one row of the source to the next.</summary>
    public nint SourceRow;

    /// <summary>From one pixel of the source to the next.</summary>
    public nint SourcePixel;

    /// <summary>From one row of the output gradient to the next.</summary>
    public nint GradientRow;

    /// <summary>From one pixel of the output gradient to the next.</summary>
    public nint GradientPixel;

    /// <summary>From one vector of output channels to the next.</summary>
    public nint GradientVector;

    /// <summary>Of a gathered product: where each of the R numbers of a pixel lies.</summary>
    public nint* Offsets;
}

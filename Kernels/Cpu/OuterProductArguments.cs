namespace SegFromScratch.Kernels.Cpu;

/// <summary>
/// What an outer-product micro-kernel needs besides its pointers. It adds up weight gradients:
/// <c>destination[c][k] += sum over the pixels p of a rectangle of source[p][c] * gradient[p][k]</c>
/// for R side-by-side channels c and V vectors of k. All distances are in floats.
/// </summary>
internal struct OuterProductArguments
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
}

namespace SegFromScratch.Kernels.Convolution.Implicit;

/// <summary>
/// A convolution as a matrix product: result[row, pixel] = sum over channel c and tap r,s of weight[row, (c,r,s)] * source[c, pixel under the tap].
/// The right matrix, each source pixel once for each tap, is never written down: its elements are found by index arithmetic, and are zero in the padding.
/// The forward pass and the input gradient are both of this form. Along each axis, result pixel p and tap t meet at source pixel
/// <c>(p * Step + Start + t * Tap) / Divide</c>, if the division has no remainder and the pixel lies inside.
/// </summary>
/// <param name="Batch">N.</param>
/// <param name="Groups">Independent products, each with its own rows and channels.</param>
/// <param name="Rows">Channels of the result a group.</param>
/// <param name="Channels">Channels of the source a group.</param>
/// <param name="ResultHeight">Rows of pixels of the result.</param>
/// <param name="ResultWidth">Columns of pixels of the result.</param>
/// <param name="SourceHeight">Rows of pixels of the source.</param>
/// <param name="SourceWidth">Columns of pixels of the source.</param>
/// <param name="KernelHeight">Rows of taps.</param>
/// <param name="KernelWidth">Columns of taps.</param>
/// <param name="RowStride">Elements of the weight from one row of the product to the next.</param>
/// <param name="ChannelStride">Elements of the weight from one source channel to the next.</param>
/// <param name="Y">How rows of pixels meet.</param>
/// <param name="X">How columns of pixels meet.</param>
public readonly record struct ImplicitProduct(
    int Batch,
    int Groups,
    int Rows,
    int Channels,
    int ResultHeight,
    int ResultWidth,
    int SourceHeight,
    int SourceWidth,
    int KernelHeight,
    int KernelWidth,
    int RowStride,
    int ChannelStride,
    ImplicitAxis Y,
    ImplicitAxis X)
{
    /// <summary>Pixels of one image of the result.</summary>
    public int ResultPixels => ResultHeight * ResultWidth;

    /// <summary>Pixels of one image of the source.</summary>
    public int SourcePixels => SourceHeight * SourceWidth;

    /// <summary>Taps of one channel.</summary>
    public int Taps => KernelHeight * KernelWidth;

    /// <summary>Elements of the weight of one group.</summary>
    public int GroupStride => Rows * Channels * Taps;

    /// <summary>The forward pass: rows are output channels, the source is the input.</summary>
    public static ImplicitProduct Forward(in ConvolutionShape shape)
    {
        int taps = shape.KernelHeight * shape.KernelWidth;
        return new ImplicitProduct(
            shape.Batch, shape.Groups, shape.OutputChannelsPerGroup, shape.InputChannelsPerGroup,
            shape.OutputHeight, shape.OutputWidth, shape.InputHeight, shape.InputWidth, shape.KernelHeight, shape.KernelWidth,
            RowStride: shape.InputChannelsPerGroup * taps, ChannelStride: taps,
            new ImplicitAxis(shape.StrideY, -shape.PaddingTop, shape.DilationY, 1),
            new ImplicitAxis(shape.StrideX, -shape.PaddingLeft, shape.DilationX, 1));
    }

    /// <summary>The input gradient: rows are input channels, the source is the output's gradient. Output pixel p = (y + padding - r * dilation) / stride.</summary>
    public static ImplicitProduct BackwardInput(in ConvolutionShape shape)
    {
        int taps = shape.KernelHeight * shape.KernelWidth;
        return new ImplicitProduct(
            shape.Batch, shape.Groups, shape.InputChannelsPerGroup, shape.OutputChannelsPerGroup,
            shape.InputHeight, shape.InputWidth, shape.OutputHeight, shape.OutputWidth, shape.KernelHeight, shape.KernelWidth,
            RowStride: taps, ChannelStride: shape.InputChannelsPerGroup * taps,
            new ImplicitAxis(1, shape.PaddingTop, -shape.DilationY, shape.StrideY),
            new ImplicitAxis(1, shape.PaddingLeft, -shape.DilationX, shape.StrideX));
    }
}

/// <summary>Where result pixel p and tap t meet along one axis: at source pixel (p * Step + Start + t * Tap) / Divide.</summary>
/// <param name="Step">Source pixels from one result pixel to the next, before the division.</param>
/// <param name="Start">The source pixel of result pixel 0 under tap 0.</param>
/// <param name="Tap">Source pixels from one tap to the next; below 0 in the input gradient.</param>
/// <param name="Divide">The stride in the input gradient, else 1.</param>
public readonly record struct ImplicitAxis(int Step, int Start, int Tap, int Divide)
{
    /// <summary>The source pixel, or -1 where there is none.</summary>
    /// <param name="pixel">The result pixel.</param>
    /// <param name="tap">The tap.</param>
    /// <param name="size">Source pixels along the axis.</param>
    public int Source(int pixel, int tap, int size)
    {
        int at = (pixel * Step) + Start + (tap * Tap);
        if (at < 0)
            return -1;
        int whole = Divide == 1 ? at : at / Divide;
        return whole < size && whole * Divide == at ? whole : -1;
    }

    /// <summary>The first source pixel that result pixels from a certain one on read under any of so many taps; may lie before the image.</summary>
    /// <param name="pixel">The first result pixel.</param>
    /// <param name="taps">Taps along the axis.</param>
    public int First(int pixel, int taps)
    {
        int at = (pixel * Step) + Start + Math.Min(0, (taps - 1) * Tap);
        return at >= 0 ? at / Divide : -((Divide - 1 - at) / Divide);
    }

    /// <summary>How many source pixels, from <see cref="First"/> on, a run of result pixels reads at most.</summary>
    /// <param name="pixels">Result pixels of the run.</param>
    /// <param name="taps">Taps along the axis.</param>
    public int Reach(int pixels, int taps) => ((((pixels - 1) * Step) + Math.Abs((taps - 1) * Tap)) / Divide) + 2;
}

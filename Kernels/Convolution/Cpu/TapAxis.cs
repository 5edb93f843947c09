namespace SegFromScratch.Kernels.Convolution.Cpu;

/// <summary>
/// One direction, rows or columns, of a pass that computes each destination position j from the source positions
/// <c>j * SourceStep + FirstOffset + k * OffsetStep</c>, one for each tap k.
/// The forward pass is one such axis; the input gradient of a convolution with stride s is s of them, one for each residue of the destination.
/// </summary>
/// <param name="SourceLength">Positions of the source; others read as zero.</param>
/// <param name="Start">The destination position of j = 0.</param>
/// <param name="Step">Destination positions from one j to the next.</param>
/// <param name="Count">The number of j.</param>
/// <param name="SourceStep">Source positions from one j to the next.</param>
/// <param name="Taps">The number of taps; may be 0.</param>
/// <param name="FirstOffset">Where j = 0 reads with tap 0.</param>
/// <param name="OffsetStep">Source positions from one tap to the next, not negative.</param>
/// <param name="FirstTap">The number of tap 0 among the packed weights.</param>
/// <param name="TapStep">Packed weights from one tap to the next.</param>
internal readonly record struct TapAxis(
    int SourceLength,
    int Start,
    int Step,
    int Count,
    int SourceStep,
    int Taps,
    int FirstOffset,
    int OffsetStep,
    int FirstTap,
    int TapStep)
{
    /// <summary>The axis of the forward pass. Weights are packed in their own order.</summary>
    public static TapAxis Forward(int inputLength, int outputLength, int kernel, int stride, int padding, int dilation) =>
        new(inputLength, 0, 1, outputLength, stride, kernel, -padding, dilation, 0, 1);

    /// <summary>
    /// The axis of the input gradient for the inputs y = residue + stride * j. The output p reads y with kernel row r if
    /// p * stride = y + padding - r * dilation. Weights are packed backwards, so that offsets rise from tap to tap.
    /// </summary>
    public static TapAxis InputGradient(int residue, int inputLength, int outputLength, int kernel, int stride, int padding, int dilation)
    {
        int last = -1;
        int next = 0;
        int taps = 0;
        for (int r = kernel - 1; r >= 0; r--)
        {
            if ((residue + padding - (r * dilation)) % stride != 0)
                continue;
            if (taps == 0)
                last = r;
            else if (taps == 1)
                next = r;
            taps++;
        }

        int tapStep = taps > 1 ? last - next : 1;
        int offset = taps > 0 ? (residue + padding - (last * dilation)) / stride : 0;
        int count = residue < inputLength ? (inputLength - residue + stride - 1) / stride : 0;
        return new TapAxis(outputLength, residue, stride, count, 1, taps, offset, tapStep * dilation / stride, kernel - 1 - last, tapStep);
    }

    /// <summary>Whether the taps of a position read neighbouring source positions with neighbouring weights.</summary>
    public bool IsContiguous => Taps == 1 || (OffsetStep == 1 && TapStep == 1);

    /// <summary>The source position that j = 0 reads with a tap.</summary>
    public int Offset(int tap) => FirstOffset + (tap * OffsetStep);

    /// <summary>The number of a tap among the packed weights.</summary>
    public int PackedTap(int tap) => FirstTap + (tap * TapStep);

    /// <summary>The positions, first and past the last, whose tap reads inside the source. Empty ranges have end = begin.</summary>
    public (int Begin, int End) Inside(int tap)
    {
        int offset = Offset(tap);
        int begin = offset >= 0 ? 0 : (-offset + SourceStep - 1) / SourceStep;
        int end = offset >= SourceLength ? 0 : ((SourceLength - 1 - offset) / SourceStep) + 1;
        end = Math.Min(end, Count);
        return (Math.Min(begin, Count), Math.Max(end, Math.Min(begin, Count)));
    }

    /// <summary>The taps, first and past the last, that read inside the source at a position. They follow one another because offsets rise.</summary>
    public (int Begin, int End) TapsInside(int position)
    {
        int first = 0;
        while (first < Taps && (position * SourceStep) + Offset(first) < 0)
            first++;
        int end = first;
        while (end < Taps && (position * SourceStep) + Offset(end) < SourceLength)
            end++;
        return (first, end);
    }
}

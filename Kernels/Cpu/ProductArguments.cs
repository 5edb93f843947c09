namespace SegFromScratch.Kernels.Cpu;

/// <summary>
/// What a product micro-kernel needs besides its pointers. A tile is R pixels by V vectors of output channels;
/// <c>destination[p][k] = max(floor, start[k] + sum over segments and their channels c of source[p][c] * weight[c][k])</c>.
/// All distances are in floats.
/// </summary>
internal unsafe struct ProductArguments
{
    /// <summary>From one pixel of the source to the next.</summary>
    public nint SourcePixel;

    /// <summary>From one pixel of the destination to the next.</summary>
    public nint DestinationPixel;

    /// <summary>From one vector of output channels to the next.</summary>
    public nint DestinationVector;

    /// <summary>Two numbers a segment: where it starts in the source and where its weights start.</summary>
    public nint* Segments;

    /// <summary>The number of segments; none is allowed.</summary>
    public nint SegmentCount;

    /// <summary>Channels in each segment.</summary>
    public nint SegmentLength;

    /// <summary>The packed weights of the tile's output channels: V vectors for each channel of each segment.</summary>
    public float* Weights;

    /// <summary>What sums start from, V vectors, or null for zeros. Not read where the kernel accumulates.</summary>
    public float* Initial;

    /// <summary>The sums start from what the destination holds.</summary>
    public bool Accumulate;

    /// <summary>Results are not less than this: 0 for a rectifier, minus infinity for none.</summary>
    public float Floor;
}

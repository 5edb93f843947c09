namespace SegFromScratch.Layers.Encoders;

/// <summary>Which ResNet.</summary>
/// <param name="Depth">18, 34, 50, 101 or 152 layers.</param>
/// <param name="OutputStride">Input rows for each output row: 8, 16 or 32.</param>
/// <param name="Width">Channels of the first convolution: 64 in the paper.</param>
public sealed record ResNetOptions(int Depth, int OutputStride, int Width = 64)
{
    /// <summary>True begins with three 3x3 convolutions instead of one 7x7, as PSPNet's authors do.</summary>
    public bool DeepStem { get; init; }

    /// <summary>
    /// True gives the first block of a layer the dilation of the others (PSPNet); false that of the layer before, whose stride it replaces (torchvision).
    /// </summary>
    public bool DilateFirstBlock { get; init; }

    /// <summary>True puts strides on the first 1x1 convolution of a bottleneck, as He et al. and Caffe's files do; false on the 3x3 (version 1.5, torchvision).</summary>
    public bool StrideOnFirst { get; init; }

    /// <summary>True keeps a last window of the stem's pooling that stands over the edge, as Caffe does.</summary>
    public bool RoundUpPooling { get; init; }

    /// <summary>Layers to build, 1 to 4.</summary>
    public int Layers { get; init; } = 4;

    /// <summary>True for the depths that are made of <see cref="Blocks.Bottleneck"/>, false for those of <see cref="Blocks.BasicBlock"/>.</summary>
    internal bool HasBottlenecks => Depth >= 50;

    /// <summary>Residual blocks of a layer, 0 to 3.</summary>
    /// <exception cref="ArgumentException">There is no ResNet of this depth.</exception>
    internal int BlocksOfLayer(int layer) => (Depth switch
    {
        18 => [2, 2, 2, 2],
        34 or 50 => [3, 4, 6, 3],
        101 => [3, 4, 23, 3],
        152 => (int[])[3, 8, 36, 3],
        _ => throw new ArgumentException($"a ResNet has 18, 34, 50, 101 or 152 layers here, not {Depth}", nameof(layer)),
    })[layer];
}

namespace SegFromScratch.Layers.Encoders;

/// <summary>Which ResNet.</summary>
/// <param name="Depth">50, 101 or 152 layers.</param>
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

    /// <summary>Bottleneck blocks of a layer, 0 to 3.</summary>
    /// <exception cref="ArgumentException">There is no ResNet of this depth.</exception>
    internal int BlocksOfLayer(int layer) => (Depth switch
    {
        50 => [3, 4, 6, 3],
        101 => [3, 4, 23, 3],
        152 => (int[])[3, 8, 36, 3],
        _ => throw new ArgumentException($"a ResNet has 50, 101 or 152 layers here, not {Depth}", nameof(layer)),
    })[layer];
}

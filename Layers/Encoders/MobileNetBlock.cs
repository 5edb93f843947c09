namespace SegFromScratch.Layers.Encoders;

/// <summary>One block of MobileNetV2: Sandler et al., CVPR 2018, table 2.</summary>
/// <param name="Expansion">How many times wider the middle is than the input.</param>
/// <param name="Channels">Channels that go out.</param>
/// <param name="Stride">Of the 3x3 convolution.</param>
/// <param name="Dilation">Of the 3x3 convolution.</param>
internal sealed record MobileNetBlock(int Expansion, int Channels, int Stride, int Dilation)
{
    // Of each stage: expansion, channels at a width of 32, blocks, and stride of the first.
    private static readonly (int Expansion, int Channels, int Blocks, int Stride)[] s_stages =
        [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)];

    /// <summary>All 17 blocks. Where the output stride is reached, strides become dilations; the block whose stride is replaced keeps the dilation before it.</summary>
    /// <param name="outputStride">Input rows for each output row.</param>
    /// <param name="width">Channels of the first convolution: 32. The others are in proportion.</param>
    public static IEnumerable<MobileNetBlock> Plan(int outputStride, int width)
    {
        int stride = 2, dilation = 1;
        foreach ((int expansion, int full, int blocks, int wanted) in s_stages)
        {
            int channels = Math.Max(1, full * width / 32), taken = stride < outputStride ? wanted : 1;
            yield return new MobileNetBlock(expansion, channels, taken, dilation);
            stride *= taken;
            dilation *= wanted / taken;
            for (int block = 1; block < blocks; block++)
                yield return new MobileNetBlock(expansion, channels, 1, dilation);
        }
    }
}

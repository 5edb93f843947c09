namespace SegFromScratch.Kernels.Convolution.Cpu.Depthwise;

/// <summary>Weights of a depthwise convolution as its loops read them: <c>[channel block][tap][channel]</c>, padded with zeros.</summary>
internal static unsafe class DepthwiseWeights
{
    /// <summary>Packs canonical weights C,1,kh,kw.</summary>
    /// <param name="layout">Vectors of the block's channels, one a group.</param>
    /// <param name="channels">C.</param>
    /// <param name="weight">The canonical weights.</param>
    /// <param name="scale">A factor for each channel, or null.</param>
    /// <param name="backwards">Last tap first, for the input gradient.</param>
    /// <param name="packed">Room for the layout's floats.</param>
    public static void Pack(in PackedWeightLayout layout, int channels, float* weight, float* scale, bool backwards, float* packed)
    {
        new Span<float>(packed, (int)layout.Length).Clear();
        for (int c = 0; c < channels; c++)
        {
            float* target = packed + layout.GroupStart(c / layout.Lanes) + (c % layout.Lanes);
            float factor = scale == null ? 1f : scale[c];
            for (int tap = 0; tap < layout.Taps; tap++)
                target[tap * layout.Lanes] = weight[(c * layout.Taps) + (backwards ? layout.Taps - 1 - tap : tap)] * factor;
        }
    }
}

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
        int taps = layout.Taps, lanes = layout.Lanes;
        (int from, int step) = backwards ? (taps - 1, -1) : (0, 1);
        for (int first = 0; first < channels; first += lanes, weight += taps * lanes)
        {
            int count = Math.Min(lanes, channels - first);
            float* source = weight + from;
            for (int tap = 0; tap < taps; tap++, source += step, packed += lanes)
            {
                float* value = source;
                for (int lane = 0; lane < count; lane++, value += taps)
                    packed[lane] = *value;
                for (int lane = count; lane < lanes; lane++)
                    packed[lane] = 0f;
                for (int lane = 0; scale != null && lane < count; lane++)
                    packed[lane] *= scale[first + lane];
            }
        }
    }
}

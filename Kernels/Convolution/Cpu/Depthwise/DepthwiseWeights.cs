using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu.Depthwise;

/// <summary>Weights of a depthwise convolution as its loops read them: <c>[channel block][tap][channel]</c>, padded with zeros.</summary>
internal static unsafe class DepthwiseWeights
{
    /// <summary>Floats of the packed weights of a tensor.</summary>
    public static int Length(in ChannelPlanes planes, int taps) => planes.Blocks * taps * planes.Block;

    /// <summary>Packs canonical weights C,1,kh,kw.</summary>
    /// <param name="planes">The tensor whose channels they are.</param>
    /// <param name="weight">The canonical weights.</param>
    /// <param name="scale">A factor for each channel, or null.</param>
    /// <param name="taps">kh * kw.</param>
    /// <param name="backwards">Last tap first, for the input gradient.</param>
    /// <param name="packed">Room for <see cref="Length"/> floats.</param>
    public static void Pack(in ChannelPlanes planes, float* weight, float* scale, int taps, bool backwards, float* packed)
    {
        new Span<float>(packed, Length(planes, taps)).Clear();
        for (int c = 0; c < planes.Channels; c++)
        {
            float* target = packed + (c / planes.Block * taps * planes.Block) + (c % planes.Block);
            float factor = scale == null ? 1f : scale[c];
            for (int tap = 0; tap < taps; tap++)
                target[tap * planes.Block] = weight[(c * taps) + (backwards ? taps - 1 - tap : tap)] * factor;
        }
    }
}

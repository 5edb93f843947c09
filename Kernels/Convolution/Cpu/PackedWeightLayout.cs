using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu;

/// <summary>
/// The order in which the micro-kernels read weights: <c>[group][tap][reduced channel][output channel in group]</c>.
/// A group is what one tile computes at once: <see cref="GroupVectors"/> vectors of output channels; the last group may have fewer.
/// </summary>
/// <param name="Lanes">Floats in a vector.</param>
/// <param name="Vectors">Vectors of output channels, the last one padded with zeros.</param>
/// <param name="GroupVectors">Vectors in a group.</param>
/// <param name="Taps">Kernel rows times kernel columns.</param>
/// <param name="Reduced">Channels that are summed over, padded as the source is.</param>
internal readonly record struct PackedWeightLayout(int Lanes, int Vectors, int GroupVectors, int Taps, int Reduced)
{
    /// <summary>Measured: four vectors where they divide the channels, else two. A tile of 8 lanes may not cross a channel block.</summary>
    /// <param name="kernels">The kernels that read the weights.</param>
    /// <param name="vectors">Vectors of output channels.</param>
    /// <param name="block">Channel block of the output.</param>
    public static int VectorsAtOnce(MicroKernels kernels, int vectors, int block) =>
        kernels.Lanes < 16 ? block / kernels.Lanes : vectors % 4 == 0 ? 4 : Math.Min(2, vectors);

    /// <summary>Channels rounded up to half a block of 16: where no more than half of the last block is used, sums leave the rest out.</summary>
    public static int HalfBlocks(int channels) => (channels + 7) / 8 * 8;

    /// <summary>The number of groups.</summary>
    public int Groups => (Vectors + GroupVectors - 1) / GroupVectors;

    /// <summary>Floats in all.</summary>
    public long Length => (long)Vectors * Lanes * Taps * Reduced;

    /// <summary>The vectors of a group.</summary>
    public int VectorsOf(int group) => Math.Min(GroupVectors, Vectors - (group * GroupVectors));

    /// <summary>Where a group starts.</summary>
    public nint GroupStart(int group) => (nint)group * GroupVectors * Lanes * Taps * Reduced;

    /// <summary>Where, in its group, a tap's weights for a reduced channel start.</summary>
    public nint InGroup(int vectorsOfGroup, int tap, int channel) => (((nint)tap * Reduced) + channel) * vectorsOfGroup * Lanes;
}

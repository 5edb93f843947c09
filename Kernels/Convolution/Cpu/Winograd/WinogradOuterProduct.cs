using System.Runtime.CompilerServices;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu.Winograd;

/// <summary>One of the 36 products of a group of output channels, summed over tiles for all input channels.</summary>
internal static unsafe class WinogradOuterProduct
{
    // Sixteen sums: enough to hide what an addition waits for the one before.
    private const int SumsAtOnce = 16;

    /// <summary>Adds source times gradient, tile by tile, to the sums.</summary>
    /// <param name="kernels">The kernels.</param>
    /// <param name="layout">Order of the sums.</param>
    /// <param name="group">The group of output channels.</param>
    /// <param name="product">The product.</param>
    /// <param name="tiles">The number of tiles.</param>
    /// <param name="sources">The product of the inputs: channel blocks of tiles.</param>
    /// <param name="sourceBlock">Their channel block.</param>
    /// <param name="gradients">The product of the output gradients: channel blocks of tiles.</param>
    /// <param name="gradientBlock">Their channel block.</param>
    /// <param name="sums">All sums.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(
        MicroKernels kernels, in PackedWeightLayout layout, int group, int product, int tiles, float* sources, int sourceBlock, float* gradients, int gradientBlock, float* sums)
    {
        int vectors = layout.VectorsOf(group);
        int width = vectors * layout.Lanes;
        int rows = Math.Min(SumsAtOnce / vectors, kernels.Rows(vectors));
        OuterProductArguments arguments = new()
        {
            Rows = 1,
            Columns = tiles,
            SourcePixel = sourceBlock,
            GradientPixel = gradientBlock,
            GradientVector = layout.Lanes == gradientBlock ? (nint)tiles * gradientBlock : layout.Lanes,
        };
        gradients += group * layout.GroupVectors * layout.Lanes / gradientBlock * (nint)tiles * gradientBlock;
        sums += layout.GroupStart(group) + layout.InGroup(vectors, product, 0);
        for (int channel = 0; channel < layout.Reduced;)
        {
            int inBlock = channel % sourceBlock;
            int count = Math.Min(rows, sourceBlock - inBlock);
            float* source = sources + ((nint)(channel / sourceBlock) * tiles * sourceBlock) + inBlock;
            kernels.OuterProduct(vectors, count, &arguments, source, gradients, sums + ((nint)channel * width));
            channel += count;
        }
    }
}

using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu.Winograd;

/// <summary>One of the 36 products of a group of output channels, summed over tiles for all input channels.</summary>
internal unsafe struct WinogradOuterProductJob : ICpuJob
{
    private const int ChannelsAtOnce = 8;

    /// <summary>The kernels.</summary>
    public MicroKernels Kernels;

    /// <summary>Order of the sums.</summary>
    public PackedWeightLayout Layout;

    /// <summary>The number of tiles.</summary>
    public int Tiles;

    /// <summary>Add to the sums of earlier tiles.</summary>
    public bool Continue;

    /// <summary>Transformed inputs.</summary>
    public float* SourceProducts;

    /// <summary>Transformed output gradients.</summary>
    public float* GradientProducts;

    /// <summary>Floats from one product of the inputs to the next.</summary>
    public nint SourceStep;

    /// <summary>Floats from one product of the output gradients to the next.</summary>
    public nint GradientStep;

    /// <summary>The sums.</summary>
    public float* Sums;

    /// <inheritdoc/>
    public readonly void Execute(int ticket, int worker)
    {
        int product = ticket / Layout.Groups;
        int group = ticket % Layout.Groups;
        int vectors = Layout.VectorsOf(group);
        int width = vectors * Layout.Lanes;
        int rows = Math.Min(ChannelsAtOnce, Kernels.Rows(vectors));
        nint plane = (nint)Tiles * WinogradTiles.Block;
        float* sums = Sums + Layout.GroupStart(group) + Layout.InGroup(vectors, product, 0);
        if (!Continue)
            new Span<float>(sums, Layout.Reduced * width).Clear();
        OuterProductArguments arguments = new()
        {
            Rows = 1,
            Columns = Tiles,
            SourcePixel = WinogradTiles.Block,
            GradientPixel = WinogradTiles.Block,
            GradientVector = Layout.Lanes == WinogradTiles.Block ? plane : Layout.Lanes,
        };
        float* gradient = GradientProducts + (product * GradientStep) + (group * Layout.GroupVectors * Layout.Lanes / WinogradTiles.Block * plane);
        for (int channel = 0; channel < Layout.Reduced;)
        {
            int inBlock = channel % WinogradTiles.Block;
            int count = Math.Min(rows, WinogradTiles.Block - inBlock);
            float* source = SourceProducts + (product * SourceStep) + (channel / WinogradTiles.Block * plane) + inBlock;
            Kernels.OuterProduct(vectors, count, &arguments, source, gradient, sums + ((nint)channel * width));
            channel += count;
        }
    }
}

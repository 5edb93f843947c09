using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu.Winograd;

/// <summary>One of the 36 products of a group of output channels, summed over tiles for all input channels.</summary>
internal unsafe struct WinogradOuterProductJob : ICpuJob
{
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

    /// <summary>Channel block of the inputs.</summary>
    public int SourceBlock;

    /// <summary>Channel block of the output gradients.</summary>
    public int GradientBlock;

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
        if (!Continue)
            new Span<float>(Sums + Layout.GroupStart(group) + Layout.InGroup(vectors, product, 0), Layout.Reduced * vectors * Layout.Lanes).Clear();
        WinogradOuterProduct.Add(Kernels, Layout, group, product, Tiles, SourceProducts + (product * SourceStep), SourceBlock, GradientProducts + (product * GradientStep), GradientBlock, Sums);
    }
}

using System.Runtime.CompilerServices;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu.Winograd;

/// <summary>
/// The weight gradient's products for few channels: a ticket takes one part of the tiles, a run of them at a time, transforms inputs and
/// output gradients into memory that stays in the second-level cache and adds their products to the sums of its part.
/// The partition depends on the sizes alone, so the result does not depend on the number of threads.
/// </summary>
internal unsafe struct WinogradGradientJob : ICpuJob
{
    /// <summary>The kernels.</summary>
    public MicroKernels Kernels;

    /// <summary>The input.</summary>
    public ChannelPlanes Source;

    /// <summary>The output gradient.</summary>
    public ChannelPlanes Gradient;

    /// <summary>The tiles.</summary>
    public WinogradTiles Tiles;

    /// <summary>The most tiles at a time.</summary>
    public int TilesEach;

    /// <summary>How many parts the tiles are cut into.</summary>
    public int Parts;

    /// <summary>Order of the sums of one part.</summary>
    public PackedWeightLayout Layout;

    /// <summary>The sums of all parts.</summary>
    public float* Sums;

    /// <summary>Scratch memory of all workers.</summary>
    public float* Scratch;

    /// <summary>Floats of scratch memory of one worker.</summary>
    public readonly long ScratchEach => WinogradTiles.Products * (long)(SourceStep + GradientStep);

    private readonly nint SourceStep => ((nint)TilesEach * Source.Blocks * Source.Block) + WinogradTiles.Apart;

    private readonly nint GradientStep => ((nint)TilesEach * Gradient.Blocks * Gradient.Block) + WinogradTiles.Apart;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Execute(int ticket, int worker)
    {
        float* sources = Scratch + (worker * (nint)ScratchEach);
        float* gradients = sources + (WinogradTiles.Products * SourceStep);
        float* sums = Sums + (ticket * (nint)Layout.Length);
        new Span<float>(sums, (int)Layout.Length).Clear();
        int end = (int)((long)Tiles.Count * (ticket + 1) / Parts);
        for (int first = (int)((long)Tiles.Count * ticket / Parts); first < end; first += TilesEach)
        {
            int last = Math.Min(end, first + TilesEach);
            int tiles = last - first;
            for (int block = 0; block < Source.Blocks; block++)
                Tiles.TransformInputs(Source, block, first, last, sources + ((nint)block * tiles * Source.Block), SourceStep);
            for (int block = 0; block < Gradient.Blocks; block++)
                Tiles.TransformOutputGradients(Gradient, block, first, last, gradients + ((nint)block * tiles * Gradient.Block), GradientStep);
            for (int group = 0; group < Layout.Groups; group++)
            {
                for (int product = 0; product < WinogradTiles.Products; product++)
                    WinogradOuterProduct.Add(Kernels, Layout, group, product, tiles, sources + (product * SourceStep), Source.Block, gradients + (product * GradientStep), Gradient.Block, sums);
            }
        }
    }
}

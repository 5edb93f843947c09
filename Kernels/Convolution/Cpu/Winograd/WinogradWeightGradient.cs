using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu.Winograd;

/// <summary>
/// The weight gradient by Winograd: for each of 36 products, a sum over tiles of transformed inputs times transformed output gradients,
/// then one transform back. Tiles are taken some hundreds at a time; the order of sums is that of the tiles.
/// </summary>
internal static unsafe class WinogradWeightGradient
{
    // Inputs and output gradients of as many tiles as fit the last-level cache.
    private const long FloatsAtOnce = 4 << 20;
    private const int FewestTilesAtOnce = 96;

    /// <summary>Computes the sums in the order of a direct weight gradient, so that the same job unpacks them.</summary>
    /// <param name="device">The device.</param>
    /// <param name="shape">The convolution.</param>
    /// <param name="source">The input.</param>
    /// <param name="gradient">The output gradient.</param>
    /// <param name="layout">Order of the sums.</param>
    /// <param name="sums">The sums, written.</param>
    public static void Run(
        CpuDevice device, in ConvolutionShape shape, in ChannelPlanes source, in ChannelPlanes gradient, in PackedWeightLayout layout, float* sums)
    {
        var tiles = new WinogradTiles(shape.Batch, shape.OutputHeight, shape.OutputWidth, shape.PaddingTop, shape.PaddingLeft);
        PackedWeightLayout products = layout with { Taps = WinogradTiles.Products };
        int channels = (source.Blocks + gradient.Blocks) * WinogradTiles.Block;
        int atOnce = (int)Math.Clamp(FloatsAtOnce / (WinogradTiles.Products * channels), FewestTilesAtOnce, Math.Max(FewestTilesAtOnce, tiles.Count));
        nint sourceStep = ((nint)atOnce * source.Blocks * WinogradTiles.Block) + WinogradTiles.Block;
        nint gradientStep = ((nint)atOnce * gradient.Blocks * WinogradTiles.Block) + WinogradTiles.Block;
        using Workspace transformed = new(device, WinogradTiles.Products * (long)(sourceStep + gradientStep), "transformed tiles");
        using Workspace productSums = new(device, products.Length, "transformed weight gradient");
        var transform = new TransformJob
        {
            Source = source,
            Gradient = gradient,
            Tiles = tiles,
            SourceProducts = transformed.Pointer,
            GradientProducts = transformed.Pointer + (WinogradTiles.Products * sourceStep),
            SourceStep = sourceStep,
            GradientStep = gradientStep,
        };
        var multiply = new WinogradOuterProductJob
        {
            Kernels = MicroKernels.ForBlock(WinogradTiles.Block),
            Layout = products,
            SourceProducts = transform.SourceProducts,
            GradientProducts = transform.GradientProducts,
            SourceStep = sourceStep,
            GradientStep = gradientStep,
            Sums = productSums.Pointer,
        };
        for (int first = 0; first < tiles.Count; first += atOnce)
        {
            transform.First = first;
            transform.End = Math.Min(tiles.Count, first + atOnce);
            multiply.Tiles = transform.End - first;
            multiply.Continue = first > 0;
            device.Threads.Run(transform, source.Blocks + gradient.Blocks);
            device.Threads.Run(multiply, WinogradTiles.Products * products.Groups);
        }

        var back = new WinogradWeightsJob { Weights = sums, Products = productSums.Pointer, Layout = layout, Back = true };
        device.Threads.Run(back, back.Tickets);
    }

    /// <summary>Transforms one channel block of the input or of the output gradient.</summary>
    private struct TransformJob : ICpuJob
    {
        public ChannelPlanes Source;
        public ChannelPlanes Gradient;
        public WinogradTiles Tiles;
        public int First;
        public int End;
        public float* SourceProducts;
        public float* GradientProducts;
        public nint SourceStep;
        public nint GradientStep;

        public readonly void Execute(int ticket, int worker)
        {
            nint plane = (nint)(End - First) * WinogradTiles.Block;
            if (ticket < Source.Blocks)
                Tiles.TransformInputs(Source, ticket, First, End, SourceProducts + (ticket * plane), SourceStep);
            else
                Tiles.TransformOutputGradients(Gradient, ticket - Source.Blocks, First, End, GradientProducts + ((ticket - Source.Blocks) * plane), GradientStep);
        }
    }
}

using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu.Winograd;

/// <summary>
/// The weight gradient by Winograd: for each of 36 products, a sum over tiles of transformed inputs times transformed output gradients,
/// then one transform back. Few channels and many go different ways through the caches; the order of sums depends on the sizes alone.
/// </summary>
internal static unsafe class WinogradWeightGradient
{
    // Inputs and output gradients of many tiles: with 512 channels the sums alone are larger than the last-level cache, and each run of tiles
    // reads and writes them once. Measured there: 57, 53, 50 and 46 ms with 2, 4, 8 and 16 million.
    private const long FloatsAtOnce = 16 << 20;
    private const int FewestTilesAtOnce = 96;

    // Sums of up to 64 to 128 channels are near: they and the transformed tiles fit the second-level cache, or nearly so.
    private const long MostFloatsNear = WinogradTiles.Products * 64 * 128;
    private const int FloatsNear = 1 << 17;
    private const int FewestTilesNear = 32;
    private const int MostTilesNear = 96;
    private const long MostFloatsInParts = 1 << 21;
    private const int MostParts = 16;

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
        var tiles = WinogradConvolution.Tiles(shape, shape.OutputHeight, shape.OutputWidth, shape.PaddingTop, shape.PaddingLeft);
        PackedWeightLayout products = layout with { Taps = WinogradTiles.Products };
        using Workspace productSums = new(device, products.Length * Parts(tiles, products), "transformed weight gradient");
        if (products.Length <= MostFloatsNear)
            SumNear(device, tiles, source, gradient, products, productSums.Pointer);
        else
            SumFar(device, tiles, source, gradient, products, productSums.Pointer);
        var back = new WinogradWeightsJob { Weights = sums, Products = productSums.Pointer, Layout = layout, Back = true };
        device.Threads.Run(back, back.Tickets);
    }

    private static int Parts(in WinogradTiles tiles, in PackedWeightLayout products) =>
        products.Length > MostFloatsNear ? 1 : (int)Math.Clamp(Math.Min(MostFloatsInParts / products.Length, tiles.Count / (2 * MostTilesNear)), 1, MostParts);

    /// <summary>Few channels: the sums stay near the processor while transformed tiles come and go.</summary>
    private static void SumNear(
        CpuDevice device, in WinogradTiles tiles, in ChannelPlanes source, in ChannelPlanes gradient, in PackedWeightLayout products, float* sums)
    {
        var job = new WinogradGradientJob
        {
            Kernels = MicroKernels.ForBlock(gradient.Block),
            Source = source,
            Gradient = gradient,
            Tiles = tiles,
            TilesEach = Math.Clamp(FloatsNear / (WinogradTiles.Products * ((source.Blocks * source.Block) + (gradient.Blocks * gradient.Block))), FewestTilesNear, MostTilesNear),
            Parts = Parts(tiles, products),
            Layout = products,
            Sums = sums,
        };
        using Workspace scratch = new(device, job.ScratchEach * device.Threads.Threads, "transformed tiles");
        job.Scratch = scratch.Pointer;
        device.Threads.Run(job, job.Parts);
        SumPartsJob.Run(device, sums, products.Length, job.Parts);
    }

    /// <summary>Many channels: some hundreds of tiles are transformed at once, so that the sums come by less often.</summary>
    private static void SumFar(
        CpuDevice device, in WinogradTiles tiles, in ChannelPlanes source, in ChannelPlanes gradient, in PackedWeightLayout products, float* sums)
    {
        int channels = (source.Blocks * source.Block) + (gradient.Blocks * gradient.Block);
        int atOnce = (int)Math.Clamp(FloatsAtOnce / (WinogradTiles.Products * channels), FewestTilesAtOnce, Math.Max(FewestTilesAtOnce, tiles.Count));
        nint sourceStep = ((nint)atOnce * source.Blocks * source.Block) + WinogradTiles.Apart;
        nint gradientStep = ((nint)atOnce * gradient.Blocks * gradient.Block) + WinogradTiles.Apart;
        using Workspace transformed = new(device, WinogradTiles.Products * (long)(sourceStep + gradientStep), "transformed tiles");
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
            Kernels = MicroKernels.ForBlock(gradient.Block),
            Layout = products,
            SourceProducts = transform.SourceProducts,
            GradientProducts = transform.GradientProducts,
            SourceBlock = source.Block,
            GradientBlock = gradient.Block,
            SourceStep = sourceStep,
            GradientStep = gradientStep,
            Sums = sums,
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
            nint tiles = End - First;
            if (ticket < Source.Blocks)
                Tiles.TransformInputs(Source, ticket, First, End, SourceProducts + (ticket * tiles * Source.Block), SourceStep);
            else
                Tiles.TransformOutputGradients(Gradient, ticket - Source.Blocks, First, End, GradientProducts + ((ticket - Source.Blocks) * tiles * Gradient.Block), GradientStep);
        }
    }
}

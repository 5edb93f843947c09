using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu.Winograd;

/// <summary>
/// A run of tiles: transform their inputs, then for each group of output channels 36 matrix products and the transform back.
/// 36 multiplications do the work of 144.
/// </summary>
internal unsafe struct WinogradProductJob : ICpuJob
{
    /// <summary>The kernels.</summary>
    public MicroKernels Kernels;

    /// <summary>What is read.</summary>
    public ChannelPlanes Source;

    /// <summary>What is written.</summary>
    public ChannelPlanes Destination;

    /// <summary>The tiles.</summary>
    public WinogradTiles Tiles;

    /// <summary>The most tiles of a ticket.</summary>
    public int TilesEach;

    /// <summary>Order of the transformed weights.</summary>
    public PackedWeightLayout Layout;

    /// <summary>The transformed weights.</summary>
    public float* Weights;

    /// <summary>A number for each output channel, padded, or null.</summary>
    public float* Initial;

    /// <summary>Results are not less than this.</summary>
    public float Floor;

    /// <summary>Scratch memory of all workers.</summary>
    public float* Scratch;

    /// <summary>Floats of scratch memory of one worker.</summary>
    public readonly long ScratchEach => WinogradTiles.Products * (long)(InputStep + ResultStep);

    /// <summary>The number of tickets.</summary>
    public readonly int Tickets => (Tiles.Count + TilesEach - 1) / TilesEach;

    // A vector more than needed: products at a distance of a power of two would fall on the same lines of the cache.
    private readonly nint InputStep => ((nint)TilesEach * Layout.Reduced) + WinogradTiles.Block;

    private readonly nint ResultStep => ((nint)TilesEach * Layout.GroupVectors * Layout.Lanes) + WinogradTiles.Block;

    /// <inheritdoc/>
    public readonly void Execute(int ticket, int worker)
    {
        int first = (int)((long)Tiles.Count * ticket / Tickets);
        int end = (int)((long)Tiles.Count * (ticket + 1) / Tickets);
        nint plane = (nint)(end - first) * WinogradTiles.Block;
        float* inputs = Scratch + (worker * (nint)ScratchEach);
        float* results = inputs + (WinogradTiles.Products * InputStep);
        for (int block = 0; block < Source.Blocks; block++)
            Tiles.TransformInputs(Source, block, first, end, inputs + (block * plane), InputStep);
        for (int group = 0; group < Layout.Groups; group++)
        {
            Multiply(group, end - first, inputs, results);
            int blocks = Layout.VectorsOf(group) * Layout.Lanes / WinogradTiles.Block;
            int firstBlock = group * Layout.GroupVectors * Layout.Lanes / WinogradTiles.Block;
            for (int block = 0; block < blocks; block++)
                TransformOutputs(firstBlock + block, first, end, results + (block * plane));
        }
    }

    private readonly void Multiply(int group, int tiles, float* inputs, float* results)
    {
        int vectors = Layout.VectorsOf(group);
        nint* segments = stackalloc nint[2 * Source.Blocks];
        for (int block = 0; block < Source.Blocks; block++)
        {
            segments[2 * block] = (nint)block * tiles * WinogradTiles.Block;
            segments[(2 * block) + 1] = Layout.InGroup(vectors, 0, block * WinogradTiles.Block);
        }

        ProductArguments arguments = new()
        {
            SourcePixel = WinogradTiles.Block,
            DestinationPixel = WinogradTiles.Block,
            DestinationVector = Layout.Lanes == WinogradTiles.Block ? (nint)tiles * WinogradTiles.Block : Layout.Lanes,
            Segments = segments,
            SegmentCount = Source.Blocks,
            SegmentLength = WinogradTiles.Block,
            Floor = float.NegativeInfinity,
        };
        int parts = (tiles + Kernels.Rows(vectors) - 1) / Kernels.Rows(vectors);
        for (int product = 0; product < WinogradTiles.Products; product++)
        {
            arguments.Weights = Weights + Layout.GroupStart(group) + Layout.InGroup(vectors, product, 0);
            for (int part = 0; part < parts; part++)
            {
                int from = tiles * part / parts;
                int rows = (tiles * (part + 1) / parts) - from;
                nint offset = (nint)from * WinogradTiles.Block;
                Kernels.Product(vectors, rows, &arguments, inputs + (product * InputStep) + offset, results + (product * ResultStep) + offset);
            }
        }
    }

    private readonly void TransformOutputs(int block, int first, int end, float* results)
    {
        const int Block = WinogradTiles.Block;
        float* square = stackalloc float[WinogradTiles.Outputs * WinogradTiles.Outputs * Block];
        WinogradTiles.Place place = Tiles.Find(first);
        for (int tile = first; tile < end; tile++, results += Block)
        {
            float* target = Destination.Data + (place.Image * Destination.Image) + (block * Destination.Plane) + (place.Y * Destination.Row) + ((nint)place.X * Block);
            for (int i = 0; i < WinogradTiles.Outputs; i++)
                Prefetch.Lines(target + (i * Destination.Row) + (WinogradTiles.Outputs * Block), Block, WinogradTiles.Outputs);
            Prefetch.Lines(results + Block, ResultStep, WinogradTiles.Products);
            WinogradTransform<OutputLine>.Apply(Block, results, 6 * ResultStep, ResultStep, square, WinogradTiles.Outputs * Block, Block);
            int rows = Math.Min(WinogradTiles.Outputs, Destination.Height - place.Y);
            int floats = Math.Min(WinogradTiles.Outputs, Destination.Width - place.X) * Block;
            for (int i = 0; i < rows; i++)
                Finish(square + (i * WinogradTiles.Outputs * Block), target + (i * Destination.Row), floats, Initial == null ? null : Initial + (block * Block));
            place = Tiles.Next(place);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Finish(float* computed, float* target, int floats, float* initial)
    {
        Vector256<float> floor = Vector256.Create(Floor);
        Vector256<float> first = initial == null ? default : Vector256.Load(initial);
        Vector256<float> second = initial == null ? default : Vector256.Load(initial + 8);
        for (int i = 0; i < floats; i += WinogradTiles.Block)
        {
            Vector256.Max(Vector256.Load(computed + i) + first, floor).Store(target + i);
            Vector256.Max(Vector256.Load(computed + i + 8) + second, floor).Store(target + i + 8);
        }
    }
}

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

    private readonly nint InputStep => ((nint)TilesEach * Source.Blocks * Source.Block) + WinogradTiles.Apart;

    private readonly nint ResultStep => ((nint)TilesEach * Layout.GroupVectors * Layout.Lanes) + WinogradTiles.Apart;

    /// <inheritdoc/>
    public readonly void Execute(int ticket, int worker)
    {
        int first = (int)((long)Tiles.Count * ticket / Tickets);
        int end = (int)((long)Tiles.Count * (ticket + 1) / Tickets);
        int tiles = end - first;
        float* inputs = Scratch + (worker * (nint)ScratchEach);
        float* results = inputs + (WinogradTiles.Products * InputStep);
        for (int block = 0; block < Source.Blocks; block++)
            Tiles.TransformInputs(Source, block, first, end, inputs + ((nint)block * tiles * Source.Block), InputStep);
        for (int group = 0; group < Layout.Groups; group++)
        {
            Multiply(group, tiles, inputs, results);
            int blocks = Layout.VectorsOf(group) * Layout.Lanes / Destination.Block;
            int firstBlock = group * Layout.GroupVectors * Layout.Lanes / Destination.Block;
            for (int block = 0; block < blocks; block++)
                TransformOutputs(firstBlock + block, first, end, results + ((nint)block * tiles * Destination.Block));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Multiply(int group, int tiles, float* inputs, float* results)
    {
        int vectors = Layout.VectorsOf(group);
        nint* segments = stackalloc nint[2 * Source.Blocks];
        for (int block = 0; block < Source.Blocks; block++)
        {
            segments[2 * block] = (nint)block * tiles * Source.Block;
            segments[(2 * block) + 1] = Layout.InGroup(vectors, 0, block * Source.Block);
        }

        ProductArguments arguments = new()
        {
            SourcePixel = Source.Block,
            DestinationPixel = Destination.Block,
            DestinationVector = Layout.Lanes == Destination.Block ? (nint)tiles * Destination.Block : Layout.Lanes,
            Segments = segments,
            SegmentCount = Source.Blocks,
            SegmentLength = Math.Min(Source.Block, Layout.Reduced),
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
                float* input = inputs + (product * InputStep) + ((nint)from * Source.Block);
                float* result = results + (product * ResultStep) + ((nint)from * Destination.Block);
                Kernels.Product(vectors, rows, &arguments, input, result);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void TransformOutputs(int plane, int first, int end, float* results)
    {
        int block = Destination.Block;
        float* square = stackalloc float[WinogradTiles.Outputs * WinogradTiles.Outputs * block];
        nint row = Tiles.Rows.Dilation * Destination.Row;
        nint column = (nint)Tiles.Columns.Dilation * block;
        WinogradTiles.Place place = Tiles.Find(first);
        for (int tile = first; tile < end; tile++, results += block)
        {
            float* target = Destination.Data + (place.Image * Destination.Image) + (plane * Destination.Plane) + (place.Y * Destination.Row) + ((nint)place.X * block);
            for (int i = 0; i < WinogradTiles.Outputs; i++)
                Prefetch.Lines(target + (i * row) + (WinogradTiles.Outputs * column), column, WinogradTiles.Outputs);
            Prefetch.Lines(results + block, ResultStep, WinogradTiles.Products);
            WinogradTransform<OutputLine>.Apply(block, results, 6 * ResultStep, ResultStep, square, WinogradTiles.Outputs * block, block);
            int rows = Tiles.Rows.Inside(place.Y);
            int columns = Tiles.Columns.Inside(place.X);

            // Outputs that lie side by side are one run, others a run each.
            int runs = Tiles.Columns.Dilation == 1 ? 1 : columns;
            for (int i = 0; i < rows; i++)
            {
                for (int run = 0; run < runs; run++)
                {
                    float* computed = square + (((i * WinogradTiles.Outputs) + run) * block);
                    Finish(computed, target + (i * row) + (run * column), columns / runs * block, Initial == null ? null : Initial + (plane * block));
                }
            }

            place = Tiles.Next(place);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Finish(float* computed, float* target, int floats, float* initial)
    {
        Vector256<float> floor = Vector256.Create(Floor);
        LanePair start = initial == null ? default : new LanePair(initial, Destination.Block);
        for (int i = 0; i < floats; i += 16)
        {
            Vector256.MaxNative(floor, Vector256.Load(computed + i) + start.First).Store(target + i);
            if (i + 8 < floats)
                Vector256.MaxNative(floor, Vector256.Load(computed + i + 8) + start.Second).Store(target + i + 8);
        }
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu.Depthwise;

/// <summary>
/// The forward pass or the input gradient of a depthwise convolution with three by three taps and stride 1, two rows of results at a time.
/// A source column is read once for all six results that need it, and down the columns Winograd's minimal filtering F(2,3) needs 12 multiplications
/// for two results instead of 18; its additions run beside them. Twelve weights and the sums of two unfinished columns stay in registers:
/// for processors with 32 of them, which those with 512-bit vectors have.
/// </summary>
internal unsafe struct RowPairJob : ICpuJob
{
    private const int ColumnsAhead = 4;

    /// <summary>What is read.</summary>
    public ChannelPlanes Source;

    /// <summary>What is written.</summary>
    public ChannelPlanes Destination;

    /// <summary>Which results read which sources.</summary>
    public RowPairGeometry Geometry;

    /// <summary>Packed weights.</summary>
    public float* Weights;

    /// <summary>A number for each channel, padded to blocks, that sums start from; or null.</summary>
    public float* Initial;

    /// <summary>Results are not less than this.</summary>
    public float Floor;

    /// <summary>A row of zeros, as long as the rows of the source.</summary>
    public float* Zeros;

    /// <summary>Which results are written around the caches.</summary>
    public StoresAround Around;

    /// <summary>How the destination is cut.</summary>
    public RowTickets Tickets;

    /// <inheritdoc/>
    public readonly void Execute(int ticket, int worker)
    {
        (int plane, int first, int end) = Tickets.Find(ticket);
        if (Source.Block == Lanes16.Count)
            Rows<Lanes16>(plane, first, end);
        else
            Rows<Lanes8>(plane, first, end);

        // Unlike others, stores around the caches may be seen late.
        if (Around.Any && Sse.IsSupported)
            Sse.StoreFence();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Rows<TLanes>(int plane, int first, int end)
        where TLanes : struct, ILanes<TLanes>
    {
        int block = TLanes.Count;
        int channels = plane % Source.Blocks;
        float* weight = Weights + ((nint)channels * 9 * block);
        RowPairWeights<TLanes> left = new(weight, 3 * block), middle = new(weight + block, 3 * block), right = new(weight + (2 * block), 3 * block);
        TLanes zero = TLanes.Create(0f), floor = TLanes.Create(Floor);
        TLanes initial = Initial == null ? zero : TLanes.Load(Initial + (channels * block));
        TLanes negative = zero - initial;
        bool clamp = Floor > float.NegativeInfinity;
        bool upperAround = Around.Rows(2) > 0, bothAround = Around.Rows(2) > 1;
        RowPairGeometry g = Geometry;
        nint step = (nint)g.Step * block, sourceEnd = (nint)g.SourceWidth * block, ahead = (ColumnsAhead * step) + block;
        for (int chainOfRows = 0; chainOfRows < g.Apart; chainOfRows++)
        {
            for (int y = first + chainOfRows; y < end; y += 2 * g.Apart)
            {
                var sources = new RowPairSources(g, Source.Data + (plane * Source.Plane), Source.Row, Zeros, y);
                float* row = Destination.Data + (plane * Destination.Plane) + (y * Destination.Row), rowEnd = row + Destination.Row;

                // A row without a partner writes its partner's results first and its own over them.
                nint second = y + g.Apart < end ? g.Apart * Destination.Row : 0;
                bool lowerAround = second == 0 ? upperAround : bothAround;
                for (int chain = 0; chain < Math.Min(g.Step, g.Width); chain++)
                {
                    float* start = row + ((nint)chain * block);
                    bool another = chain + 1 < g.Step;
                    (int column, int number) = g.FirstInside(chain);
                    nint at = (nint)column * block;
                    float* target = start + ((number - 2) * step);
                    TLanes p0 = initial, p1 = zero, p2 = zero, p3 = negative, q0 = initial, q1 = zero, q2 = zero, q3 = negative;
                    for (; at < sourceEnd; at += step, target += step)
                    {
                        if (another)
                            Ask(sources, at + ahead, target + ahead, second, upperAround, bothAround);
                        (TLanes x0, TLanes x1, TLanes x2, TLanes x3) = sources.Transformed<TLanes>(at);
                        TLanes o0 = TLanes.MultiplyAdd(x0, right.First, q0);
                        q0 = TLanes.MultiplyAdd(x0, middle.First, p0);
                        p0 = TLanes.MultiplyAdd(x0, left.First, initial);
                        TLanes o1 = TLanes.MultiplyAdd(x1, right.Second, q1);
                        q1 = TLanes.MultiplyAdd(x1, middle.Second, p1);
                        p1 = x1 * left.Second;
                        TLanes o2 = TLanes.MultiplyAdd(x2, right.Third, q2);
                        q2 = TLanes.MultiplyAdd(x2, middle.Third, p2);
                        p2 = x2 * left.Third;
                        TLanes o3 = TLanes.MultiplyAdd(x3, right.Fourth, q3);
                        q3 = TLanes.MultiplyAdd(x3, middle.Fourth, p3);
                        p3 = TLanes.MultiplyAdd(x3, left.Fourth, negative);
                        if (target >= start)
                            Store(target, second, o0 + (o1 + o2), o1 - o2 - o3, floor, clamp, upperAround, lowerAround);
                    }

                    // The last two results of the chain, where the source columns of their last taps lie outside.
                    if (target >= start && target < rowEnd)
                        Store(target, second, q0 + (q1 + q2), q1 - q2 - q3, floor, clamp, upperAround, lowerAround);
                    target += step;
                    if (target < rowEnd)
                        Store(target, second, p0 + (p1 + p2), p1 - p2 - p3, floor, clamp, upperAround, lowerAround);
                }
            }
        }
    }

    /// <summary>Asks for lines that the next chain needs: the processor foresees only those of this one. The first two rows were there for the pair before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Ask(in RowPairSources sources, nint at, float* target, nint second, bool upperAround, bool bothAround)
    {
        Prefetch.Line(sources.C + at);
        Prefetch.Line(sources.D + at);
        if (bothAround)
            return;
        if (!upperAround)
            Prefetch.Line(target);
        Prefetch.Line(target + second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TLanes>(float* target, nint second, TLanes upper, TLanes lower, TLanes floor, bool clamp, bool upperAround, bool lowerAround)
        where TLanes : struct, ILanes<TLanes>
    {
        if (clamp)
        {
            upper = TLanes.Max(upper, floor);
            lower = TLanes.Max(lower, floor);
        }

        if (lowerAround)
            lower.StoreAround(target + second);
        else
            lower.Store(target + second);
        if (upperAround)
            upper.StoreAround(target);
        else
            upper.Store(target);
    }
}

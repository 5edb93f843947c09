using System.Numerics;
using System.Runtime.CompilerServices;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu.Depthwise;

/// <summary>
/// The weight gradient of a depthwise convolution with three by three taps and stride 1, over two rows of the output gradient at a time.
/// It is the transpose of <see cref="RowPairJob"/>: the same four sums of source rows, times g0, g0 + g1, g0 - g1 and -g1 of the two output gradients,
/// add up to four numbers a column of taps, from which its three gradients follow at the end: 12 multiplications instead of 18, and each number is read once.
/// </summary>
internal unsafe struct RowPairGradientJob : ICpuJob
{
    // After so many pixels sums go on in double.
    private const int PixelsOfSingleSums = 256;

    /// <summary>The input.</summary>
    public ChannelPlanes Source;

    /// <summary>The output gradient.</summary>
    public ChannelPlanes Gradient;

    /// <summary>Which output gradients meet which inputs.</summary>
    public RowPairGeometry Geometry;

    /// <summary>A row of zeros, as long as the longer of the two tensors' rows.</summary>
    public float* Zeros;

    /// <summary>How the output gradient is cut.</summary>
    public RowTickets Tickets;

    /// <summary>Written: for each ticket <c>[tap][channel of the block]</c>.</summary>
    public double* Sums;

    /// <inheritdoc/>
    public readonly void Execute(int ticket, int worker)
    {
        (int plane, int first, int end) = Tickets.Find(ticket);
        double* sums = Sums + ((nint)ticket * 9 * Source.Block);
        if (Source.Block == Lanes16.Count)
            Rows<Lanes16>(plane, first, end, sums);
        else
            Rows<Lanes8>(plane, first, end, sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Rows<TLanes>(int plane, int first, int end, double* sums)
        where TLanes : struct, ILanes<TLanes>
    {
        int block = TLanes.Count;
        double* products = stackalloc double[12 * block];
        new Span<double>(products, 12 * block).Clear();
        RowPairGeometry g = Geometry;
        TLanes zero = TLanes.Create(0f);
        TLanes l0 = zero, l1 = zero, l2 = zero, l3 = zero, m0 = zero, m1 = zero, m2 = zero, m3 = zero, r0 = zero, r1 = zero, r2 = zero, r3 = zero;
        nint step = (nint)g.Step * block, sourceEnd = (nint)g.SourceWidth * block;
        int pixels = 0;
        for (int chainOfRows = 0; chainOfRows < g.Apart; chainOfRows++)
        {
            for (int y = first + chainOfRows; y < end; y += 2 * g.Apart)
            {
                var sources = new RowPairSources(g, Source.Data + (plane * Source.Plane), Source.Row, Zeros, y);
                float* upper = Gradient.Data + (plane * Gradient.Plane) + (y * Gradient.Row);
                float* lower = y + g.Apart < end ? upper + (g.Apart * Gradient.Row) : Zeros;
                for (int chain = 0; chain < Math.Min(g.Step, g.Width); chain++)
                {
                    // Each source column meets the output gradients of three columns: here u0 and v0, one to the left u1 and v1, two to the left u2 and v2.
                    (int column, int number) = g.FirstInside(chain);
                    nint at = (nint)column * block, place = ((nint)chain * block) + (number * step);
                    TLanes u1 = zero, v1 = zero, u2 = zero, v2 = zero;
                    if (number > 0 && place - step < Gradient.Row)
                        (u1, v1) = (TLanes.Load(upper + place - step), TLanes.Load(lower + place - step));
                    if (number > 1)
                        (u2, v2) = (TLanes.Load(upper + place - (2 * step)), TLanes.Load(lower + place - (2 * step)));
                    for (; at < sourceEnd; at += step, place += step)
                    {
                        TLanes u0 = zero, v0 = zero;
                        if (place < Gradient.Row)
                            (u0, v0) = (TLanes.Load(upper + place), TLanes.Load(lower + place));
                        (TLanes x0, TLanes x1, TLanes x2, TLanes x3) = sources.Transformed<TLanes>(at);
                        l0 = TLanes.MultiplyAdd(x0, u0, l0);
                        m0 = TLanes.MultiplyAdd(x0, u1, m0);
                        r0 = TLanes.MultiplyAdd(x0, u2, r0);
                        l1 = TLanes.MultiplyAdd(x1, u0 + v0, l1);
                        m1 = TLanes.MultiplyAdd(x1, u1 + v1, m1);
                        r1 = TLanes.MultiplyAdd(x1, u2 + v2, r1);
                        l2 = TLanes.MultiplyAdd(x2, u0 - v0, l2);
                        m2 = TLanes.MultiplyAdd(x2, u1 - v1, m2);
                        r2 = TLanes.MultiplyAdd(x2, u2 - v2, r2);
                        l3 = TLanes.MultiplyAdd(x3, v0, l3);
                        m3 = TLanes.MultiplyAdd(x3, v1, m3);
                        r3 = TLanes.MultiplyAdd(x3, v2, r3);
                        (u2, v2, u1, v1) = (u1, v1, u0, v0);
                    }
                }

                pixels += g.Width;
                if (pixels < PixelsOfSingleSums && y + (2 * g.Apart) < end)
                    continue;
                Add(products, l0, l1, l2, l3);
                Add(products + (4 * block), m0, m1, m2, m3);
                Add(products + (8 * block), r0, r1, r2, r3);
                l0 = l1 = l2 = l3 = m0 = m1 = m2 = m3 = r0 = r1 = r2 = r3 = zero;
                pixels = 0;
            }
        }

        for (int column = 0; column < 3; column++)
            Column(products + (4 * column * block), block, sums + (column * block));
    }

    private static void Add<TLanes>(double* products, TLanes first, TLanes second, TLanes third, TLanes fourth)
        where TLanes : struct, ILanes<TLanes>
    {
        first.AddTo(products);
        second.AddTo(products + TLanes.Count);
        third.AddTo(products + (2 * TLanes.Count));
        fourth.AddTo(products + (3 * TLanes.Count));
    }

    /// <summary>The gradients of a column of three taps: the transpose of <see cref="RowPairWeights{TLanes}"/>. The fourth product came with g1 for -g1.</summary>
    private static void Column(double* products, int block, double* sums)
    {
        for (int i = 0; i < block; i += Vector<double>.Count)
        {
            Vector<double> second = Vector.Load(products + block + i), third = Vector.Load(products + (2 * block) + i);
            Vector<double> even = (second + third) * 0.5, odd = (second - third) * 0.5;
            (Vector.Load(products + i) + even).Store(sums + i);
            odd.Store(sums + (3 * block) + i);
            (even - Vector.Load(products + (3 * block) + i)).Store(sums + (6 * block) + i);
        }
    }
}

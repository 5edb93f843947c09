using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu.Depthwise;

/// <summary>The weight gradient of a depthwise convolution over some rows of one image and channel block: for each tap a sum of input times output gradient.</summary>
internal unsafe struct DepthwiseGradientJob : ICpuJob
{
    /// <summary>The input.</summary>
    public ChannelPlanes Source;

    /// <summary>The output gradient.</summary>
    public ChannelPlanes Gradient;

    /// <summary>Sizes of the convolution.</summary>
    public ConvolutionShape Shape;

    /// <summary>A row of zeros, as long as the rows of the source: what tap rows outside the image read.</summary>
    public float* Zeros;

    /// <summary>How the output gradient is cut.</summary>
    public RowTickets Tickets;

    /// <summary>Written: for each ticket <c>[tap][channel of the block]</c>.</summary>
    public double* Sums;

    /// <inheritdoc/>
    public readonly void Execute(int ticket, int worker)
    {
        (int plane, int first, int end) = Tickets.Find(ticket);
        int length = Shape.KernelHeight * Shape.KernelWidth * Source.Block;
        double* sums = Sums + ((nint)ticket * length);
        new Span<double>(sums, length).Clear();
        if (Vector512.IsHardwareAccelerated && Source.Block == Lanes16.Count)
        {
            Rows<Lanes16>(plane, 0, first, end, sums);
            return;
        }

        for (int channel = 0; channel < Source.Block; channel += Lanes8.Count)
            Rows<Lanes8>(plane, channel, first, end, sums + channel);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Rows<TLanes>(int plane, int channel, int first, int end, double* sums)
        where TLanes : struct, ILanes<TLanes>
    {
        ConvolutionShape s = Shape;
        TapAxis columns = TapAxis.Forward(s.InputWidth, s.OutputWidth, s.KernelWidth, s.StrideX, s.PaddingLeft, s.DilationX);
        float** sources = stackalloc float*[s.KernelHeight];
        float* source = Source.Data + (plane * Source.Plane) + channel;
        float* gradient = Gradient.Data + (plane * Gradient.Plane) + (first * Gradient.Row) + channel;
        bool three = s.KernelHeight == 3 && s.KernelWidth == 3;
        int inner = three ? columns.Inside(0).Begin : columns.Count;
        int innerEnd = three ? Math.Max(inner, columns.Inside(2).End) : columns.Count;
        for (int y = first; y < end; y++, gradient += Gradient.Row)
        {
            for (int tap = 0; tap < s.KernelHeight; tap++)
            {
                nint row = ((nint)y * s.StrideY) - s.PaddingTop + ((nint)tap * s.DilationY);
                sources[tap] = row >= 0 && row < s.InputHeight ? source + (row * Source.Row) : Zeros;
            }

            if (innerEnd > inner)
                ThreeByThree<TLanes>(sources, columns, gradient, inner, innerEnd, sums);
            Edge<TLanes>(sources, columns, gradient, 0, inner, sums);
            Edge<TLanes>(sources, columns, gradient, innerEnd, columns.Count, sums);
        }
    }

    /// <summary>Pixels any of whose taps may fall outside, or kernels of other sizes than three by three: one tap at a time.</summary>
    private readonly void Edge<TLanes>(float** sources, in TapAxis columns, float* gradient, int first, int end, double* sums)
        where TLanes : struct, ILanes<TLanes>
    {
        if (first == end)
            return;
        for (int tap = 0; tap < columns.Taps; tap++)
        {
            (int left, int right) = columns.Inside(tap);
            (left, right) = (Math.Max(left, first), Math.Min(right, end));
            nint from = (((nint)left * columns.SourceStep) + columns.Offset(tap)) * Source.Block;
            for (int r = 0; r < Shape.KernelHeight; r++)
            {
                if (left < right)
                    Add<TLanes>(sources[r] + from, gradient + ((nint)left * Source.Block), right - left, sums + (((r * Shape.KernelWidth) + tap) * Source.Block));
            }
        }
    }

    /// <summary>Adds the products of a row of pixels; four sums at a time, so that additions need not wait for each other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Add<TLanes>(float* value, float* output, int pixels, double* sums)
        where TLanes : struct, ILanes<TLanes>
    {
        int block = Source.Block;
        nint step = (nint)Shape.StrideX * block;
        TLanes a = TLanes.Create(0f), b = a, c = a, d = a;
        int x = 0;
        for (; x + 4 <= pixels; x += 4, value += 4 * step, output += 4 * block)
        {
            a = TLanes.MultiplyAdd(TLanes.Load(value), TLanes.Load(output), a);
            b = TLanes.MultiplyAdd(TLanes.Load(value + step), TLanes.Load(output + block), b);
            c = TLanes.MultiplyAdd(TLanes.Load(value + (2 * step)), TLanes.Load(output + (2 * block)), c);
            d = TLanes.MultiplyAdd(TLanes.Load(value + (3 * step)), TLanes.Load(output + (3 * block)), d);
        }

        for (; x < pixels; x++, value += step, output += block)
            a = TLanes.MultiplyAdd(TLanes.Load(value), TLanes.Load(output), a);
        (a + b + (c + d)).AddTo(sums);
    }

    /// <summary>Pixels that see three tap columns inside the source, and three rows: nine sums, and each output gradient is read once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void ThreeByThree<TLanes>(float** sources, in TapAxis columns, float* gradient, int first, int end, double* sums)
        where TLanes : struct, ILanes<TLanes>
    {
        int block = Source.Block;
        nint step = (nint)columns.SourceStep * block, next = (nint)columns.OffsetStep * block;
        nint from = (((nint)first * columns.SourceStep) + columns.Offset(0)) * block;
        float* a = sources[0] + from, b = sources[1] + from, c = sources[2] + from;
        float* output = gradient + ((nint)first * block);
        TLanes a0 = TLanes.Create(0f), a1 = a0, a2 = a0, b0 = a0, b1 = a0, b2 = a0, c0 = a0, c1 = a0, c2 = a0;
        for (int x = first; x < end; x++, a += step, b += step, c += step, output += block)
        {
            TLanes g = TLanes.Load(output);
            a0 = TLanes.MultiplyAdd(TLanes.Load(a), g, a0);
            a1 = TLanes.MultiplyAdd(TLanes.Load(a + next), g, a1);
            a2 = TLanes.MultiplyAdd(TLanes.Load(a + (2 * next)), g, a2);
            b0 = TLanes.MultiplyAdd(TLanes.Load(b), g, b0);
            b1 = TLanes.MultiplyAdd(TLanes.Load(b + next), g, b1);
            b2 = TLanes.MultiplyAdd(TLanes.Load(b + (2 * next)), g, b2);
            c0 = TLanes.MultiplyAdd(TLanes.Load(c), g, c0);
            c1 = TLanes.MultiplyAdd(TLanes.Load(c + next), g, c1);
            c2 = TLanes.MultiplyAdd(TLanes.Load(c + (2 * next)), g, c2);
        }

        AddTo<TLanes>(sums, a0, a1, a2);
        AddTo<TLanes>(sums + (3 * block), b0, b1, b2);
        AddTo<TLanes>(sums + (6 * block), c0, c1, c2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void AddTo<TLanes>(double* sums, TLanes left, TLanes middle, TLanes right)
        where TLanes : struct, ILanes<TLanes>
    {
        left.AddTo(sums);
        middle.AddTo(sums + Source.Block);
        right.AddTo(sums + (2 * Source.Block));
    }
}

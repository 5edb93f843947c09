using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.MaxPooling.Cpu;

/// <summary>The maximum of each window without its place, where no backward pass will ask for it: the same bits as <see cref="MaximumJob"/> writes.</summary>
internal unsafe struct MaximumValueJob : ICpuJob
{
    // Pixels of a row that are asked for before they are read: the processor itself stops asking at the end of each page.
    private const int PixelsAhead = 32;

    /// <summary>Sizes of the pooling.</summary>
    public MaxPoolingShape Shape;

    /// <summary>The input.</summary>
    public ChannelPlanes Input;

    /// <summary>The output.</summary>
    public ChannelPlanes Output;

    /// <summary>Which results are written around the caches.</summary>
    public StoresAround Around;

    /// <summary>How the output is cut.</summary>
    public RowTickets Tickets;

    /// <inheritdoc/>
    public readonly void Execute(int ticket, int worker)
    {
        (int plane, int first, int end) = Tickets.Find(ticket);
        bool around = Around.Of(ticket);
        for (int p = first; p < end; p++)
        {
            if (Vector512.IsHardwareAccelerated && Input.Block == Lanes16.Count)
                Row<Lanes16>(plane, p, around);
            else
                Row<Lanes8>(plane, p, around);
        }

        // Unlike others, stores around the caches may be seen late.
        if (around && Sse.IsSupported)
            Sse.StoreFence();
    }

    private readonly void Row<TLanes>(int plane, int p, bool around)
        where TLanes : struct, ILanes<TLanes>
    {
        int y = (p * Shape.StrideY) - Shape.PaddingTop;
        (int firstTap, int endTap) = MaximumJob.Inside(y, Shape.KernelHeight, Shape.DilationY, Shape.InputHeight);
        float* rows = Input.Data + (plane * Input.Plane) + ((y + (firstTap * Shape.DilationY)) * Input.Row);
        float* output = Output.Data + (plane * Output.Plane) + (p * Output.Row);
        bool isPlainPair = (endTap - firstTap, Shape.KernelWidth, Shape.StrideX, Shape.PaddingLeft) == (2, 2, 2, 0) && Shape.DilationX == 1;
        for (int channel = 0; channel < Input.Block; channel += TLanes.Count)
        {
            int done = isPlainPair ? Pairs<TLanes>(rows + channel, output + channel, around) : 0;
            Windows<TLanes>(rows + channel, endTap - firstTap, done, output + channel);
        }
    }

    /// <summary>Windows of 2x2 side by side, as far as they lie inside the image. Gives their number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly int Pairs<TLanes>(float* upper, float* output, bool around)
        where TLanes : struct, ILanes<TLanes>
    {
        nint block = Input.Block;
        float* lower = upper + (Shape.DilationY * Input.Row);
        int windows = Math.Min(Shape.OutputWidth, Shape.InputWidth / 2);
        for (int q = 0; q < windows; q++, upper += 2 * block, lower += 2 * block, output += block)
        {
            Prefetch.Line(upper + (PixelsAhead * block));
            Prefetch.Line(upper + ((PixelsAhead + 1) * block));
            Prefetch.Line(lower + (PixelsAhead * block));
            Prefetch.Line(lower + ((PixelsAhead + 1) * block));
            TLanes maximum = TLanes.MaxOrNaN(TLanes.Load(upper), TLanes.Load(upper + block));
            maximum = TLanes.MaxOrNaN(TLanes.MaxOrNaN(maximum, TLanes.Load(lower)), TLanes.Load(lower + block));
            if (around)
                maximum.StoreAround(output);
            else
                maximum.Store(output);
        }

        return windows;
    }

    /// <summary>Windows of any kind, from one on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Windows<TLanes>(float* rows, int taps, int first, float* output)
        where TLanes : struct, ILanes<TLanes>
    {
        MaxPoolingShape s = Shape;
        nint block = Input.Block, step = s.DilationY * Input.Row;
        for (int q = first; q < s.OutputWidth; q++)
        {
            int x = (q * s.StrideX) - s.PaddingLeft;
            (int left, int right) = MaximumJob.Inside(x, s.KernelWidth, s.DilationX, s.InputWidth);
            TLanes maximum = TLanes.Load(rows + ((x + (left * s.DilationX)) * block));
            for (int r = 0; r < taps; r++)
            {
                for (int t = left; t < right; t++)
                    maximum = TLanes.MaxOrNaN(maximum, TLanes.Load(rows + (r * step) + ((x + (t * s.DilationX)) * block)));
            }

            maximum.Store(output + (q * block));
        }
    }
}

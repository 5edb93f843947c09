using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu.Depthwise;

/// <summary>
/// The forward pass or the input gradient of a depthwise convolution: each channel is convolved with its own kernel, a vector of channels at a time.
/// There is little to compute for each number that is read, so the memory sets the pace.
/// </summary>
internal unsafe struct DepthwiseJob : ICpuJob
{
    /// <summary>What is read.</summary>
    public ChannelPlanes Source;

    /// <summary>What is written.</summary>
    public ChannelPlanes Destination;

    /// <summary>Sizes of the convolution.</summary>
    public ConvolutionShape Shape;

    /// <summary>The job is an input gradient.</summary>
    public bool Backward;

    /// <summary>Packed weights.</summary>
    public float* Weights;

    /// <summary>A number for each channel, padded to blocks, that sums start from; or null.</summary>
    public float* Initial;

    /// <summary>Results are not less than this.</summary>
    public float Floor;

    /// <summary>A row of zeros, as long as the rows of the source: what tap rows outside the image read.</summary>
    public float* Zeros;

    /// <summary>How the destination is cut.</summary>
    public RowTickets Tickets;

    /// <inheritdoc/>
    public readonly void Execute(int ticket, int worker)
    {
        (int plane, int first, int end) = Tickets.Find(ticket);
        if (Vector512.IsHardwareAccelerated && Source.Block == Lanes16.Count)
        {
            Rows<Lanes16>(plane, 0, first, end);
            return;
        }

        for (int channel = 0; channel < Source.Block; channel += Lanes8.Count)
            Rows<Lanes8>(plane, channel, first, end);
    }

    /// <summary>Some rows of the channels from one on; the residues of an input gradient's rows and columns one after the other.</summary>
    private readonly void Rows<TLanes>(int plane, int channel, int first, int end)
        where TLanes : struct, ILanes<TLanes>
    {
        ConvolutionShape s = Shape;
        (int stepY, int stepX) = Backward ? (s.StrideY, s.StrideX) : (1, 1);
        for (int residueY = 0; residueY < stepY; residueY++)
        {
            TapAxis rows = Backward
                ? TapAxis.InputGradient(residueY, s.InputHeight, s.OutputHeight, s.KernelHeight, s.StrideY, s.PaddingTop, s.DilationY)
                : TapAxis.Forward(s.InputHeight, s.OutputHeight, s.KernelHeight, s.StrideY, s.PaddingTop, s.DilationY);
            for (int residueX = 0; residueX < stepX; residueX++)
            {
                TapAxis columns = Backward
                    ? TapAxis.InputGradient(residueX, s.InputWidth, s.OutputWidth, s.KernelWidth, s.StrideX, s.PaddingLeft, s.DilationX)
                    : TapAxis.Forward(s.InputWidth, s.OutputWidth, s.KernelWidth, s.StrideX, s.PaddingLeft, s.DilationX);
                Rows<TLanes>(plane, channel, rows, columns, first + ((residueY - (first % stepY) + stepY) % stepY), end);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Rows<TLanes>(int plane, int channel, in TapAxis rows, in TapAxis columns, int first, int end)
        where TLanes : struct, ILanes<TLanes>
    {
        float** sources = stackalloc float*[Math.Max(1, rows.Taps)];
        float** weights = stackalloc float*[Math.Max(1, rows.Taps)];
        int block = plane % Source.Blocks;
        float* source = Source.Data + (plane * Source.Plane) + channel;
        float* weight = Weights + ((nint)block * Shape.KernelHeight * Shape.KernelWidth * Source.Block) + channel;
        TLanes initial = Initial == null ? TLanes.Create(0f) : TLanes.Load(Initial + (block * Source.Block) + channel);
        for (int y = first; y < end; y += rows.Step)
        {
            nint top = (nint)((y - rows.Start) / rows.Step) * rows.SourceStep;
            for (int tap = 0; tap < rows.Taps; tap++)
            {
                nint row = top + rows.Offset(tap);
                sources[tap] = row >= 0 && row < rows.SourceLength ? source + (row * Source.Row) : Zeros;
                weights[tap] = weight + ((nint)rows.PackedTap(tap) * Shape.KernelWidth * Source.Block);
            }

            Row<TLanes>(sources, weights, rows.Taps, columns, initial, Destination.Data + (plane * Destination.Plane) + (y * Destination.Row) + channel);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Row<TLanes>(float** sources, float** weights, int rows, in TapAxis columns, TLanes initial, float* destination)
        where TLanes : struct, ILanes<TLanes>
    {
        bool three = rows == 3 && columns.Taps == 3;
        int inner = three ? columns.Inside(0).Begin : columns.Count;
        int innerEnd = three ? Math.Max(inner, columns.Inside(2).End) : columns.Count;
        Edge<TLanes>(sources, weights, rows, columns, 0, inner, initial, destination);
        if (innerEnd > inner)
            ThreeByThree<TLanes>(sources, weights, columns, inner, innerEnd, initial, destination);
        Edge<TLanes>(sources, weights, rows, columns, innerEnd, columns.Count, initial, destination);
    }

    /// <summary>Pixels any of whose taps may fall outside, or kernels of other sizes than three by three.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Edge<TLanes>(
        float** sources, float** weights, int rows, in TapAxis columns, int first, int end, TLanes initial, float* destination)
        where TLanes : struct, ILanes<TLanes>
    {
        nint block = Source.Block;
        nint next = columns.OffsetStep * block, nextWeight = columns.TapStep * block;
        for (int x = first; x < end; x++)
        {
            TLanes sum = initial;
            (int firstTap, int endTap) = columns.TapsInside(x);
            nint from = (((nint)x * columns.SourceStep) + columns.Offset(firstTap)) * block;
            nint fromWeight = columns.PackedTap(firstTap) * block;
            for (int r = 0; r < rows; r++)
            {
                float* value = sources[r] + from;
                float* weight = weights[r] + fromWeight;
                for (int tap = firstTap; tap < endTap; tap++, value += next, weight += nextWeight)
                    sum = TLanes.MultiplyAdd(TLanes.Load(value), TLanes.Load(weight), sum);
            }

            TLanes.Max(sum, TLanes.Create(Floor)).Store(destination + ((columns.Start + ((nint)x * columns.Step)) * block));
        }
    }

    /// <summary>Pixels that see three tap columns inside the source, and three rows: the nine weights stay in registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void ThreeByThree<TLanes>(float** sources, float** weights, in TapAxis columns, int first, int end, TLanes initial, float* destination)
        where TLanes : struct, ILanes<TLanes>
    {
        int block = Source.Block;
        nint step = (nint)columns.SourceStep * block, next = (nint)columns.OffsetStep * block, targetStep = (nint)columns.Step * block;
        nint from = (((nint)first * columns.SourceStep) + columns.Offset(0)) * block;
        nint weight = (nint)columns.FirstTap * block, nextWeight = (nint)columns.TapStep * block;
        float* a = sources[0] + from, b = sources[1] + from, c = sources[2] + from;
        TLanes a0 = TLanes.Load(weights[0] + weight), a1 = TLanes.Load(weights[0] + weight + nextWeight), a2 = TLanes.Load(weights[0] + weight + (2 * nextWeight));
        TLanes b0 = TLanes.Load(weights[1] + weight), b1 = TLanes.Load(weights[1] + weight + nextWeight), b2 = TLanes.Load(weights[1] + weight + (2 * nextWeight));
        TLanes c0 = TLanes.Load(weights[2] + weight), c1 = TLanes.Load(weights[2] + weight + nextWeight), c2 = TLanes.Load(weights[2] + weight + (2 * nextWeight));
        TLanes floor = TLanes.Create(Floor);
        float* target = destination + ((columns.Start + ((nint)first * columns.Step)) * block);
        for (int x = first; x < end; x++, a += step, b += step, c += step, target += targetStep)
        {
            TLanes left = TLanes.MultiplyAdd(TLanes.Load(a), a0, initial);
            TLanes middle = TLanes.Load(a + next) * a1;
            TLanes right = TLanes.Load(a + (2 * next)) * a2;
            left = TLanes.MultiplyAdd(TLanes.Load(b), b0, left);
            middle = TLanes.MultiplyAdd(TLanes.Load(b + next), b1, middle);
            right = TLanes.MultiplyAdd(TLanes.Load(b + (2 * next)), b2, right);
            left = TLanes.MultiplyAdd(TLanes.Load(c), c0, left);
            middle = TLanes.MultiplyAdd(TLanes.Load(c + next), c1, middle);
            right = TLanes.MultiplyAdd(TLanes.Load(c + (2 * next)), c2, right);
            TLanes.Max(left + middle + right, floor).Store(target);
        }
    }
}

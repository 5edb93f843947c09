using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu.Depthwise;

/// <summary>
/// The forward pass or the input gradient of a depthwise convolution: each channel is convolved with its own kernel, eight channels at a time.
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

    /// <summary>How the destination is cut.</summary>
    public RowTickets Tickets;

    /// <inheritdoc/>
    public readonly void Execute(int ticket, int worker)
    {
        (int plane, int first, int end) = Tickets.Find(ticket);
        ConvolutionShape s = Shape;
        for (int y = first; y < end; y++)
        {
            TapAxis rows = Backward
                ? TapAxis.InputGradient(y % s.StrideY, s.InputHeight, s.OutputHeight, s.KernelHeight, s.StrideY, s.PaddingTop, s.DilationY)
                : TapAxis.Forward(s.InputHeight, s.OutputHeight, s.KernelHeight, s.StrideY, s.PaddingTop, s.DilationY);
            for (int residue = 0; residue < (Backward ? s.StrideX : 1); residue++)
            {
                TapAxis columns = Backward
                    ? TapAxis.InputGradient(residue, s.InputWidth, s.OutputWidth, s.KernelWidth, s.StrideX, s.PaddingLeft, s.DilationX)
                    : TapAxis.Forward(s.InputWidth, s.OutputWidth, s.KernelWidth, s.StrideX, s.PaddingLeft, s.DilationX);
                for (int half = 0; half < Source.Block; half += 8)
                    Row(plane, half, rows, (y - rows.Start) / rows.Step, columns, Destination.Data + (plane * Destination.Plane) + (y * Destination.Row) + half);
            }
        }
    }

    private readonly void Row(int plane, int half, in TapAxis rows, int row, in TapAxis columns, float* destination)
    {
        (int firstTap, int endTap) = rows.TapsInside(row);
        float** sources = stackalloc float*[Math.Max(1, endTap - firstTap)];
        float** weights = stackalloc float*[Math.Max(1, endTap - firstTap)];
        int block = plane % Source.Blocks;
        for (int tap = firstTap; tap < endTap; tap++)
        {
            nint y = ((nint)row * rows.SourceStep) + rows.Offset(tap);
            sources[tap - firstTap] = Source.Data + (plane * Source.Plane) + (y * Source.Row) + half;
            weights[tap - firstTap] = Weights + ((((nint)block * Shape.KernelHeight) + rows.PackedTap(tap)) * Shape.KernelWidth * Source.Block) + half;
        }

        Vector256<float> initial = Initial == null ? default : Vector256.Load(Initial + (block * Source.Block) + half);
        bool three = columns.Taps == 3;
        int inner = three ? columns.Inside(0).Begin : columns.Count;
        int innerEnd = three ? Math.Max(inner, columns.Inside(2).End) : columns.Count;
        Edge(sources, weights, endTap - firstTap, columns, 0, inner, initial, destination);
        if (three && endTap - firstTap == 3)
            ThreeByThree(sources, weights, columns, inner, innerEnd, initial, destination);
        else if (three)
            Three(sources, weights, endTap - firstTap, columns, inner, innerEnd, initial, destination);
        Edge(sources, weights, endTap - firstTap, columns, innerEnd, columns.Count, initial, destination);
    }

    /// <summary>Pixels any of whose taps may fall outside, or rows with another number of taps than three.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Edge(float** sources, float** weights, int rows, TapAxis columns, int first, int end, Vector256<float> initial, float* destination)
    {
        int block = Source.Block;
        for (int x = first; x < end; x++)
        {
            Vector256<float> sum = initial;
            (int firstTap, int endTap) = columns.TapsInside(x);
            for (int r = 0; r < rows; r++)
            {
                for (int tap = firstTap; tap < endTap; tap++)
                {
                    Vector256<float> value = Vector256.Load(sources[r] + ((((nint)x * columns.SourceStep) + columns.Offset(tap)) * block));
                    sum = Vector256.MultiplyAddEstimate(value, Vector256.Load(weights[r] + (columns.PackedTap(tap) * block)), sum);
                }
            }

            Vector256.Max(sum, Vector256.Create(Floor)).Store(destination + ((columns.Start + ((nint)x * columns.Step)) * block));
        }
    }

    /// <summary>Pixels that see three tap columns inside the source.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Three(float** sources, float** weights, int rows, TapAxis columns, int first, int end, Vector256<float> initial, float* destination)
    {
        int block = Source.Block;
        nint step = (nint)columns.SourceStep * block;
        nint next = (nint)columns.OffsetStep * block;
        nint from = (((nint)first * columns.SourceStep) + columns.Offset(0)) * block;
        nint nextWeight = (nint)columns.TapStep * block;
        nint firstWeight = (nint)columns.FirstTap * block;
        Vector256<float> floor = Vector256.Create(Floor);
        float* target = destination + ((columns.Start + ((nint)first * columns.Step)) * block);
        for (int x = first; x < end; x++, from += step, target += (nint)columns.Step * block)
        {
            Vector256<float> left = initial, middle = default, right = default;
            for (int r = 0; r < rows; r++)
            {
                float* value = sources[r] + from;
                float* weight = weights[r] + firstWeight;
                left = Vector256.MultiplyAddEstimate(Vector256.Load(value), Vector256.Load(weight), left);
                middle = Vector256.MultiplyAddEstimate(Vector256.Load(value + next), Vector256.Load(weight + nextWeight), middle);
                right = Vector256.MultiplyAddEstimate(Vector256.Load(value + (2 * next)), Vector256.Load(weight + (2 * nextWeight)), right);
            }

            Vector256.Max(left + middle + right, floor).Store(target);
        }
    }

    /// <summary>As <see cref="Three"/> for three rows: the nine weights stay in registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void ThreeByThree(float** sources, float** weights, TapAxis columns, int first, int end, Vector256<float> initial, float* destination)
    {
        int block = Source.Block;
        nint step = (nint)columns.SourceStep * block, next = (nint)columns.OffsetStep * block, targetStep = (nint)columns.Step * block;
        nint from = (((nint)first * columns.SourceStep) + columns.Offset(0)) * block;
        nint weight = (nint)columns.FirstTap * block, nextWeight = (nint)columns.TapStep * block;
        float* a = sources[0] + from, b = sources[1] + from, c = sources[2] + from;
        Vector256<float> a0 = Vector256.Load(weights[0] + weight), a1 = Vector256.Load(weights[0] + weight + nextWeight), a2 = Vector256.Load(weights[0] + weight + (2 * nextWeight));
        Vector256<float> b0 = Vector256.Load(weights[1] + weight), b1 = Vector256.Load(weights[1] + weight + nextWeight), b2 = Vector256.Load(weights[1] + weight + (2 * nextWeight));
        Vector256<float> c0 = Vector256.Load(weights[2] + weight), c1 = Vector256.Load(weights[2] + weight + nextWeight), c2 = Vector256.Load(weights[2] + weight + (2 * nextWeight));
        Vector256<float> floor = Vector256.Create(Floor);
        float* target = destination + ((columns.Start + ((nint)first * columns.Step)) * block);
        for (int x = first; x < end; x++, a += step, b += step, c += step, target += targetStep)
        {
            Vector256<float> left = Vector256.MultiplyAddEstimate(Vector256.Load(a), a0, initial);
            Vector256<float> middle = Vector256.Load(a + next) * a1;
            Vector256<float> right = Vector256.Load(a + (2 * next)) * a2;
            left = Vector256.MultiplyAddEstimate(Vector256.Load(b), b0, left);
            middle = Vector256.MultiplyAddEstimate(Vector256.Load(b + next), b1, middle);
            right = Vector256.MultiplyAddEstimate(Vector256.Load(b + (2 * next)), b2, right);
            left = Vector256.MultiplyAddEstimate(Vector256.Load(c), c0, left);
            middle = Vector256.MultiplyAddEstimate(Vector256.Load(c + next), c1, middle);
            right = Vector256.MultiplyAddEstimate(Vector256.Load(c + (2 * next)), c2, right);
            Vector256.Max(left + middle + right, floor).Store(target);
        }
    }
}

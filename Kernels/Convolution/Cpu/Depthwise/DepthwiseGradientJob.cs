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

    /// <summary>How the output gradient is cut.</summary>
    public RowTickets Tickets;

    /// <summary>Written: for each ticket <c>[tap][channel of the block]</c>.</summary>
    public double* Sums;

    /// <inheritdoc/>
    public readonly void Execute(int ticket, int worker)
    {
        (int plane, int first, int end) = Tickets.Find(ticket);
        ConvolutionShape s = Shape;
        TapAxis rows = TapAxis.Forward(s.InputHeight, s.OutputHeight, s.KernelHeight, s.StrideY, s.PaddingTop, s.DilationY);
        TapAxis columns = TapAxis.Forward(s.InputWidth, s.OutputWidth, s.KernelWidth, s.StrideX, s.PaddingLeft, s.DilationX);
        int taps = s.KernelHeight * s.KernelWidth;
        double* sums = Sums + ((nint)ticket * taps * Source.Block);
        new Span<double>(sums, taps * Source.Block).Clear();
        for (int y = first; y < end; y++)
        {
            float* gradient = Gradient.Data + (plane * Gradient.Plane) + (y * Gradient.Row);
            (int firstTap, int endTap) = rows.TapsInside(y);
            for (int r = firstTap; r < endTap; r++)
            {
                float* source = Source.Data + (plane * Source.Plane) + ((((nint)y * s.StrideY) + rows.Offset(r)) * Source.Row);
                for (int tap = 0; tap < columns.Taps; tap++)
                {
                    (int left, int right) = columns.Inside(tap);
                    nint from = (((nint)left * s.StrideX) + columns.Offset(tap)) * Source.Block;
                    Add(source + from, gradient + ((nint)left * Source.Block), right - left, sums + (((r * s.KernelWidth) + tap) * Source.Block));
                }
            }
        }
    }

    /// <summary>Adds the products of a row of pixels; four sums at a time, so that additions need not wait for each other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Add(float* source, float* gradient, int pixels, double* sums)
    {
        int block = Source.Block;
        nint step = (nint)Shape.StrideX * block;
        for (int half = 0; half < block; half += 8)
        {
            float* value = source + half;
            float* output = gradient + half;
            Vector256<float> a = default, b = default, c = default, d = default;
            int x = 0;
            for (; x + 4 <= pixels; x += 4, value += 4 * step, output += 4 * block)
            {
                a = Vector256.MultiplyAddEstimate(Vector256.Load(value), Vector256.Load(output), a);
                b = Vector256.MultiplyAddEstimate(Vector256.Load(value + step), Vector256.Load(output + block), b);
                c = Vector256.MultiplyAddEstimate(Vector256.Load(value + (2 * step)), Vector256.Load(output + (2 * block)), c);
                d = Vector256.MultiplyAddEstimate(Vector256.Load(value + (3 * step)), Vector256.Load(output + (3 * block)), d);
            }

            for (; x < pixels; x++, value += step, output += block)
                a = Vector256.MultiplyAddEstimate(Vector256.Load(value), Vector256.Load(output), a);
            Vector256<float> sum = a + b + (c + d);
            (Vector256.Load(sums + half) + Vector256.WidenLower(sum)).Store(sums + half);
            (Vector256.Load(sums + half + 4) + Vector256.WidenUpper(sum)).Store(sums + half + 4);
        }
    }
}

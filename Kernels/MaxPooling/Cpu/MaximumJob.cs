using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.MaxPooling.Cpu;

/// <summary>The maximum of each window and its place in the image, eight channels at a time.</summary>
internal unsafe struct MaximumJob : ICpuJob
{
    /// <summary>Sizes of the pooling.</summary>
    public MaxPoolingShape Shape;

    /// <summary>The input.</summary>
    public ChannelPlanes Input;

    /// <summary>The output.</summary>
    public ChannelPlanes Output;

    /// <summary>The places, laid out as the output.</summary>
    public int* Indices;

    /// <summary>How the output is cut.</summary>
    public RowTickets Tickets;

    /// <inheritdoc/>
    public readonly void Execute(int ticket, int worker)
    {
        (int plane, int first, int end) = Tickets.Find(ticket);
        for (int p = first; p < end; p++)
        {
            int y = (p * Shape.StrideY) - Shape.PaddingTop;
            (int firstTap, int endTap) = Inside(y, Shape.KernelHeight, Shape.DilationY, Shape.InputHeight);
            for (int half = 0; half < Input.Block; half += 8)
            {
                nint at = (plane * Output.Plane) + (p * Output.Row) + half;
                Row(Input.Data + (plane * Input.Plane) + half, y, firstTap, endTap, Output.Data + at, Indices + at);
            }
        }
    }

    /// <summary>The taps, first and past the last, that lie inside the image.</summary>
    public static (int First, int End) Inside(int start, int taps, int dilation, int length)
    {
        int first = start >= 0 ? 0 : (-start + dilation - 1) / dilation;
        return (first, Math.Min(taps, ((length - 1 - start) / dilation) + 1));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Row(float* input, int y, int firstTap, int endTap, float* output, int* indices)
    {
        MaxPoolingShape s = Shape;
        nint row = Input.Row;
        int block = Input.Block;
        for (int q = 0; q < s.OutputWidth; q++, output += block, indices += block)
        {
            int x = (q * s.StrideX) - s.PaddingLeft;
            (int left, int right) = (0, s.KernelWidth);
            if (x < 0 || x + ((s.KernelWidth - 1) * s.DilationX) >= s.InputWidth)
                (left, right) = Inside(x, s.KernelWidth, s.DilationX, s.InputWidth);
            int place = ((y + (firstTap * s.DilationY)) * s.InputWidth) + x + (left * s.DilationX);
            Vector256<float> maximum = Vector256.Load(input + ((nint)place * block));
            Vector256<int> places = Vector256.Create(place);
            for (int r = firstTap; r < endTap; r++)
            {
                float* taps = input + ((y + (r * s.DilationY)) * row);
                for (int t = left; t < right; t++)
                {
                    int column = x + (t * s.DilationX);
                    Vector256<float> value = Vector256.Load(taps + ((nint)column * block));
                    Vector256<float> larger = Vector256.GreaterThan(value, maximum) | ~Vector256.Equals(value, value);
                    maximum = Vector256.ConditionalSelect(larger, value, maximum);
                    places = Vector256.ConditionalSelect(larger.AsInt32(), Vector256.Create(((y + (r * s.DilationY)) * s.InputWidth) + column), places);
                }
            }

            maximum.Store(output);
            places.Store(indices);
        }
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu;

/// <summary>The bias gradient: the sum of each channel over images and pixels, in double over short runs of single precision.</summary>
internal static unsafe class ChannelSums
{
    private const int RunPixels = 128;

    /// <summary>sums[c] = sum over n, y, x of values[n, c, y, x], for a tensor of channel block 8 or 16.</summary>
    public static void Run(CpuDevice device, TensorView values, ArrayView<float> sums)
    {
        var planes = new ChannelPlanes(values);
        var tickets = new PlaneTickets(planes);
        using Workspace partials = new(device, 2L * tickets.Count * planes.Block, "sums of slices");
        var results = (double*)partials.Pointer;
        device.Threads.Run(new SumJob { Values = planes, Tickets = tickets, Results = results }, tickets.Count);
        for (int c = 0; c < planes.Channels; c++)
        {
            double sum = 0;
            for (int ticket = 0; ticket < tickets.Count; ticket++)
            {
                if (ticket / tickets.PerPlane % planes.Blocks == c / planes.Block)
                    sum += results[(ticket * planes.Block) + (c % planes.Block)];
            }

            sums[c] = (float)sum;
        }
    }

    private struct SumJob : ICpuJob
    {
        public ChannelPlanes Values;
        public PlaneTickets Tickets;
        public double* Results;

        public readonly void Execute(int ticket, int worker)
        {
            (int plane, int first, int length) = Tickets.Find(ticket);
            float* values = Values.Data + (plane * Values.Plane) + ((nint)first * Values.Block);
            double* results = Results + ((nint)ticket * Values.Block);
            new Span<double>(results, Values.Block).Clear();
            float* sums = stackalloc float[16];
            for (int run = 0; run < length; run += RunPixels)
            {
                Sum(values + ((nint)run * Values.Block), Math.Min(RunPixels, length - run) * Values.Block).Store(sums, Values.Block, 1f);
                for (int c = 0; c < Values.Block; c++)
                    results[c] += sums[c];
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static FourVectors Sum(float* values, int length)
        {
            Vector256<float> a = default, b = default, c = default, d = default;
            int i = 0;
            for (; i + 32 <= length; i += 32)
            {
                a += Vector256.Load(values + i);
                b += Vector256.Load(values + i + 8);
                c += Vector256.Load(values + i + 16);
                d += Vector256.Load(values + i + 24);
            }

            if (i < length)
                a += Vector256.Load(values + i);
            if (i + 8 < length)
                b += Vector256.Load(values + i + 8);
            if (i + 16 < length)
                c += Vector256.Load(values + i + 16);
            return new FourVectors(a, b, c, d);
        }
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Reduction;

/// <summary>Sums on the <c>cpu</c> device: in double, over fixed ranges, so that the number of threads changes no bit.</summary>
internal static unsafe class ReductionCpu
{
    /// <summary>total[0] = factor * sum of values.</summary>
    public static void Total(CpuDevice device, ArrayView<float> values, ArrayView<float> total, float factor)
    {
        int tickets = (values.Length + Map.Each - 1) / Map.Each;
        using Workspace partials = new(device, 2L * tickets, "partial sums");
        var sums = (double*)partials.Pointer;
        device.Threads.Run(new SumJob { Values = values.Pointer, Length = values.Length, Sums = sums }, tickets);
        double sum = 0;
        for (int ticket = 0; ticket < tickets; ticket++)
            sum += sums[ticket];
        total[0] = (float)(factor * sum);
    }

    private struct SumJob : ICpuJob
    {
        public float* Values;
        public int Length;
        public double* Sums;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Execute(int ticket, int worker)
        {
            Vector256<double> a = default, b = default, c = default, d = default;
            int i = ticket * Map.Each;
            int end = Math.Min(Length, i + Map.Each);
            for (; i + 16 <= end; i += 16)
            {
                Vector256<float> first = Vector256.Load(Values + i), second = Vector256.Load(Values + i + 8);
                a += Vector256.WidenLower(first);
                b += Vector256.WidenUpper(first);
                c += Vector256.WidenLower(second);
                d += Vector256.WidenUpper(second);
            }

            double sum = Vector256.Sum(a + b + (c + d));
            for (; i < end; i++)
                sum += Values[i];
            Sums[ticket] = sum;
        }
    }
}

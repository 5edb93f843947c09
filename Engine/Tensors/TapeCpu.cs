using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Dialect;

namespace SegFromScratch.Engine.Tensors;

/// <summary>The sum of gradients on the <c>cpu</c> device: a step of a U-Net adds up tensors too large for the caches, so the memory should set the pace.</summary>
internal static unsafe class TapeCpu
{
    // 64 KB of each of the two: long enough to outweigh taking a ticket.
    private const int FloatsEach = 16384;

    /// <summary>target += source, of the same length.</summary>
    public static void Add(CpuDevice device, ArrayView<float> target, ArrayView<float> source) =>
        device.Threads.Run(
            new AddJob { Target = target.Pointer, Source = source.Pointer, Length = target.Length }, (target.Length + FloatsEach - 1) / FloatsEach);

    private struct AddJob : ICpuJob
    {
        public float* Target;
        public float* Source;
        public int Length;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Execute(int ticket, int worker)
        {
            int i = ticket * FloatsEach;
            int end = Math.Min(Length, i + FloatsEach);
            for (; i + 16 <= end; i += 16)
            {
                (Vector256.Load(Target + i) + Vector256.Load(Source + i)).Store(Target + i);
                (Vector256.Load(Target + i + 8) + Vector256.Load(Source + i + 8)).Store(Target + i + 8);
            }

            for (; i < end; i++)
                Target[i] += Source[i];
        }
    }
}

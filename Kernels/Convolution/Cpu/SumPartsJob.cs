using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Engine.Devices.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu;

/// <summary>Adds the sums of several parts to those of the first, in order.</summary>
internal unsafe struct SumPartsJob : ICpuJob
{
    private const int Each = 4096;
    private float* _sums;
    private long _length;
    private int _parts;

    /// <summary>sums[i] += sums[i + length] + sums[i + 2 * length] ...</summary>
    /// <param name="device">The device.</param>
    /// <param name="sums">The parts, one after the other.</param>
    /// <param name="length">Floats of a part, a multiple of 8.</param>
    /// <param name="parts">The number of parts.</param>
    public static void Run(CpuDevice device, float* sums, long length, int parts)
    {
        if (parts > 1)
            device.Threads.Run(new SumPartsJob { _sums = sums, _length = length, _parts = parts }, (int)((length + Each - 1) / Each));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Execute(int ticket, int worker)
    {
        long end = Math.Min(_length, (ticket + 1L) * Each);
        for (long i = (long)ticket * Each; i < end; i += 8)
        {
            float* sum = _sums + i;
            Vector256<float> total = Vector256.Load(sum);
            for (int part = 1; part < _parts; part++)
                total += Vector256.Load(sum + (part * _length));
            total.Store(sum);
        }
    }
}

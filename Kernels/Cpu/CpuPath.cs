using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Devices.Cpu;

namespace SegFromScratch.Kernels.Cpu;

/// <summary>Where an operation chooses between its SIMD kernels and the translated ones.</summary>
internal static class CpuPath
{
    /// <summary>The device, where it is the cpu and its fast kernels are wanted; else null, and the translated kernel runs.</summary>
    /// <param name="device">Where the operation runs.</param>
    /// <param name="supports">Whether the operation has SIMD kernels for its sizes and layouts.</param>
    public static CpuDevice? Of(Device device, bool supports = true) =>
        supports && device is CpuDevice { NaiveKernels: false } cpu ? cpu : null;
}

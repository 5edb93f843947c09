using System.Globalization;

namespace SegFromScratch.Engine.Devices.Cuda;

/// <summary>What NVRTC compiles for.</summary>
/// <param name="Architecture">The compute capability times ten: 86 for 8.6.</param>
/// <param name="IsMachineCode">True for the GPU's own machine code, false for PTX, which the driver translates when it loads it.</param>
public readonly record struct CudaTarget(int Architecture, bool IsMachineCode)
{
    /// <summary>NVRTC's option for this target.</summary>
    public string Option => string.Create(CultureInfo.InvariantCulture, $"--gpu-architecture={(IsMachineCode ? "sm" : "compute")}_{Architecture}");

    /// <summary>
    /// Chooses the target. PTX is the rule: the driver fits it to GPUs that are newer than NVRTC. But a driver does not read the PTX
    /// of an NVRTC newer than itself; then NVRTC writes machine code, which every driver of the same major version loads.
    /// </summary>
    /// <param name="gpu">The GPU's compute capability times ten.</param>
    /// <param name="supported">What NVRTC compiles for, ascending.</param>
    /// <param name="nvrtcVersion">NVRTC's version as CUDA writes it: 12040 for 12.4.</param>
    /// <param name="driverVersion">The newest CUDA version that the driver knows, written in the same way.</param>
    /// <exception cref="DeviceException">NVRTC does not compile for so old a GPU.</exception>
    public static CudaTarget Choose(int gpu, ReadOnlySpan<int> supported, int nvrtcVersion, int driverVersion)
    {
        int best = 0;
        foreach (int architecture in supported)
        {
            if (architecture <= gpu)
                best = Math.Max(best, architecture);
        }

        if (best == 0)
        {
            string oldest = supported.Length == 0 ? "none" : Capability(supported[0]);
            throw new DeviceException($"NVRTC {Version(nvrtcVersion)} compiles for compute capability {oldest} and up, and this GPU has {Capability(gpu)}: install {(CudaArchitecture.Of(gpu) is { } known ? $"NVRTC {known.Toolkits}" : "the NVRTC of an older CUDA version")}");
        }

        return new CudaTarget(best, IsMachineCode: best == gpu && nvrtcVersion > driverVersion);
    }

    /// <summary>CUDA's version number in words: 12.4 for 12040.</summary>
    public static string Version(int version) => string.Create(CultureInfo.InvariantCulture, $"{version / 1000}.{version % 1000 / 10}");

    private static string Capability(int architecture) => string.Create(CultureInfo.InvariantCulture, $"{architecture / 10}.{architecture % 10}");
}

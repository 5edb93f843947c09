using System.Runtime.InteropServices;
using static SegFromScratch.Engine.Devices.Cuda.CudaDriver;

namespace SegFromScratch.Engine.Devices.Cuda;

/// <summary>One NVIDIA GPU of this machine, as the driver describes it.</summary>
/// <param name="Handle">The driver's number for the device.</param>
/// <param name="Name">The GPU's name.</param>
/// <param name="Architecture">Its compute capability times ten.</param>
/// <param name="Multiprocessors">Its number of multiprocessors.</param>
/// <param name="MemoryBytes">Its memory.</param>
/// <param name="DriverVersion">The newest CUDA version that the driver knows: 12040 for 12.4.</param>
internal sealed record CudaHardware(int Handle, string Name, int Architecture, int Multiprocessors, long MemoryBytes, int DriverVersion)
{
    public string Description =>
        $"{Name} (compute capability {Architecture / 10}.{Architecture % 10}, {Multiprocessors} multiprocessors, driver for CUDA {CudaTarget.Version(DriverVersion)})";

    /// <summary>All GPUs, in the driver's order. The place in this list is the N of cuda:N.</summary>
    /// <param name="platform">The driver and its compiler.</param>
    /// <param name="absence">Where the list is empty, or NVRTC is missing, why.</param>
    public static unsafe IReadOnlyList<CudaHardware> Survey(CudaPlatform platform, out DeviceAbsence? absence)
    {
        absence = null;
        if (platform.Driver is not { } driver)
        {
            absence = new DeviceAbsence("no NVIDIA driver is installed", "with an NVIDIA GPU, install its driver; GPUs of other makers run as opencl");
            return [];
        }

        int count = 0;
        int version = 0;
        int error = driver.cuInit(0);
        if (error == 0)
            error = driver.cuDeviceGetCount(&count);
        if (error == 0)
            error = driver.cuDriverGetVersion(&version);
        if (error != 0 || count == 0)
        {
            absence = error == 0
                ? new DeviceAbsence("the NVIDIA driver sees no GPU", CudaError.Remedy(100)!)
                : new DeviceAbsence($"the NVIDIA driver does not start: {driver.ErrorName(error) ?? $"error {error}"}", CudaError.Remedy(error) ?? "see what nvidia-smi says");
            return [];
        }

        int driverVersion = version;
        absence = platform.FindCompiler(driverVersion, out _);
        return [.. Enumerable.Range(0, count).Select(ordinal => Describe(driver, ordinal, driverVersion))];
    }

    private static unsafe CudaHardware Describe(CudaDriver driver, int ordinal, int driverVersion)
    {
        const int NameLength = 256;
        int handle;
        driver.Check(driver.cuDeviceGet(&handle, ordinal), $"looking at cuda:{ordinal}");
        byte* name = stackalloc byte[NameLength];
        driver.Check(driver.cuDeviceGetName(name, NameLength, handle), $"asking cuda:{ordinal} for its name");
        nuint bytes;
        driver.Check(driver.cuDeviceTotalMem(&bytes, handle), $"asking cuda:{ordinal} for its memory");
        int architecture = (Attribute(driver, handle, ComputeCapabilityMajor) * 10) + Attribute(driver, handle, ComputeCapabilityMinor);
        return new CudaHardware(handle, Marshal.PtrToStringUTF8((nint)name) ?? "NVIDIA GPU", architecture, Attribute(driver, handle, MultiprocessorCount), (long)bytes, driverVersion);
    }

    private static unsafe int Attribute(CudaDriver driver, int handle, int attribute)
    {
        int value;
        driver.Check(driver.cuDeviceGetAttribute(&value, attribute, handle), "asking a GPU for its abilities");
        return value;
    }
}

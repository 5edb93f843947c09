using System.Globalization;
using System.Text;
using static SegFromScratch.Engine.Devices.OpenCl.OpenClNative;

namespace SegFromScratch.Engine.Devices.OpenCl;

/// <summary>One OpenCL device of this machine, as its driver describes it.</summary>
internal sealed record OpenClHardware
{
    public required nint Platform { get; init; }

    public required nint Id { get; init; }

    public required string Name { get; init; }

    public required string Vendor { get; init; }

    public required string PlatformName { get; init; }

    /// <summary>The platform's version with all that its builders told about it.</summary>
    public required string PlatformVersion { get; init; }

    public required string DriverText { get; init; }

    /// <summary>"OpenCL 1.2 ..." as the device reports it.</summary>
    public required string Version { get; init; }

    public required ulong Type { get; init; }

    public required long MemoryBytes { get; init; }

    public required long LargestAllocation { get; init; }

    /// <summary>Why the device cannot be used, and what would mend it; null if it can.</summary>
    public required string? Rejection { get; init; }

    public bool IsProcessor => (Type & DeviceTypeCpu) != 0;

    public bool IsGpu => (Type & DeviceTypeGpu) != 0;

    public string Description => $"{Name} ({PlatformName}, {string.Join(' ', Version.Split(' ').Take(2))}, driver {DriverText})";

    /// <summary>All devices of all platforms: those that can be used first, GPUs before CPUs. The place in this list is the N of opencl:N.</summary>
    /// <param name="absence">Where the list is empty, why.</param>
    public static unsafe IReadOnlyList<OpenClHardware> Survey(out DeviceAbsence? absence)
    {
        absence = null;
        if (!TryLoad())
        {
            absence = new DeviceAbsence(
                "no OpenCL library is installed",
                "install the GPU's driver and the loader (Debian: ocl-icd-libopencl1 with intel-opencl-icd, mesa-opencl-icd, rocm-opencl-icd or nvidia-opencl-icd; without a GPU pocl-opencl-icd)");
            return [];
        }

        uint count;
        int error = clGetPlatformIDs(0, null, &count);
        if (error != 0 || count == 0)
        {
            absence = new DeviceAbsence(
                error is 0 or OpenClError.PlatformNotFound ? "the OpenCL loader is installed, but no driver" : $"the OpenCL loader fails: {OpenClError.Name(error)}",
                "install the OpenCL part of the GPU's driver (Debian: intel-opencl-icd, mesa-opencl-icd, rocm-opencl-icd or nvidia-opencl-icd)");
            return [];
        }

        var platforms = new nint[count];
        fixed (nint* ids = platforms)
            OpenClError.Check(clGetPlatformIDs(count, ids, null), "listing the platforms");
        List<OpenClHardware> found = [.. platforms.SelectMany(OfPlatform)];
        if (found.Count == 0)
        {
            string names = string.Join(", ", platforms.Select(platform => Text(platform, OpenClNative.PlatformName, clGetPlatformInfo)));
            absence = new DeviceAbsence($"no OpenCL platform has a device ({names})", "check that the GPU is visible and that you may open it (Linux: membership of the groups render and video)");
        }

        return [.. found.OrderBy(hardware => hardware.Rejection is null ? 0 : 1).ThenBy(hardware => hardware.Rank)];
    }

    private int Rank => IsGpu ? 0 : IsProcessor ? 2 : 1;

    /// <summary>Reads "OpenCL 1.2 vendor's text" as (1, 2).</summary>
    internal static (int Major, int Minor) ParseVersion(string text)
    {
        string[] words = text.Split(' ');
        string[] numbers = words.Length > 1 ? words[1].Split('.') : [];
        return numbers.Length >= 2
            && int.TryParse(numbers[0], NumberStyles.None, CultureInfo.InvariantCulture, out int major)
            && int.TryParse(numbers[1], NumberStyles.None, CultureInfo.InvariantCulture, out int minor)
            ? (major, minor)
            : (0, 0);
    }

    private static unsafe IEnumerable<OpenClHardware> OfPlatform(nint platform)
    {
        uint count;
        if (clGetDeviceIDs(platform, DeviceTypeAll, 0, null, &count) != 0 || count == 0)
            return [];
        var devices = new nint[count];
        fixed (nint* ids = devices)
            OpenClError.Check(clGetDeviceIDs(platform, DeviceTypeAll, count, ids, null), "listing the devices");
        return devices.Select(device => Describe(platform, device));
    }

    private static unsafe OpenClHardware Describe(nint platform, nint device)
    {
        string version = Text(device, DeviceVersion, clGetDeviceInfo);
        return new OpenClHardware
        {
            Platform = platform,
            Id = device,
            Name = Text(device, DeviceName, clGetDeviceInfo),
            Vendor = Text(device, DeviceVendor, clGetDeviceInfo),
            PlatformName = Text(platform, OpenClNative.PlatformName, clGetPlatformInfo),
            PlatformVersion = Text(platform, OpenClNative.PlatformVersion, clGetPlatformInfo),
            DriverText = Text(device, DriverVersion, clGetDeviceInfo),
            Version = version,
            Type = Number<ulong>(device, DeviceType),
            MemoryBytes = (long)Number<ulong>(device, GlobalMemSize),
            LargestAllocation = (long)Number<ulong>(device, MaxMemAllocSize),
            Rejection = Reject(device, version),
        };
    }

    private static string? Reject(nint device, string version)
    {
        if (ParseVersion(version).CompareTo((1, 2)) < 0)
            return $"it speaks {version}, and 1.2 is needed: update its driver";
        if (Number<uint>(device, Available) == 0)
            return "its driver says that it is not available: another process may hold it";
        if (Number<uint>(device, CompilerAvailable) == 0)
            return "its driver has no compiler: install the full driver";
        return Number<uint>(device, EndianLittle) == 0 ? "it is big-endian, which this engine does not handle" : null;
    }

    private static unsafe T Number<T>(nint device, uint what)
        where T : unmanaged
    {
        T value = default;
        OpenClError.Check(clGetDeviceInfo(device, what, (nuint)sizeof(T), &value, null), "asking a device for its abilities");
        return value;
    }

    private unsafe delegate int InfoCall(nint id, uint what, nuint size, void* value, nuint* written);

    private static unsafe string Text(nint id, uint what, InfoCall info)
    {
        nuint size;
        if (info(id, what, 0, null, &size) != 0 || size == 0)
            return "unknown";
        var bytes = new byte[size];
        fixed (byte* value = bytes)
            OpenClError.Check(info(id, what, size, value, null), "asking a device for its name");
        return Encoding.UTF8.GetString(bytes).TrimEnd('\0').Trim();
    }
}

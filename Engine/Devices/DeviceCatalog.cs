using System.Globalization;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Devices.Cuda;
using SegFromScratch.Engine.Devices.Debug;
using SegFromScratch.Engine.Devices.OpenCl;

namespace SegFromScratch.Engine.Devices;

/// <summary>Finds and opens devices by the names of the command line: auto, cpu, debug, opencl, opencl:N, cuda, cuda:N.</summary>
public static class DeviceCatalog
{
    /// <summary>Every device that was found, and for each kind that was not, why and what would mend it.</summary>
    /// <param name="selfTest">Tests an open device: null if it computes rightly, else what went wrong. Without it no GPU is opened.</param>
    public static IReadOnlyList<DeviceReport> Survey(Func<Device, string?>? selfTest = null)
    {
        List<DeviceReport> reports = [.. Try("cuda", SurveyCuda), .. Try("opencl", SurveyOpenCl), HostReport("cpu"), HostReport("debug")];
        return selfTest is null
            ? reports
            : [.. reports.Select(report => report.IsUsable && Test(report.Name, 0, selfTest) is { } reason ? report with { Rejection = reason } : report)];
    }

    /// <summary>Opens a device.</summary>
    /// <param name="name">
    /// Its name on the command line. <c>auto</c> is the first of CUDA, an OpenCL GPU and the CPU that passes the self-test;
    /// OpenCL on a CPU is taken only by name, because <c>cpu</c> is the faster way to use one.
    /// </param>
    /// <param name="threads">The number of threads of <c>cpu</c>; 0 takes as many as the process may use.</param>
    /// <param name="selfTest">What a device must pass to be chosen by <c>auto</c>: null if it computes rightly, else what went wrong.</param>
    /// <exception cref="DeviceException">There is no such device, or it cannot be used; the message says why.</exception>
    public static Device Open(string name, int threads = 0, Func<Device, string?>? selfTest = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Equals("auto", StringComparison.OrdinalIgnoreCase))
            return OpenBest(Survey(), report => Create(report.Name, threads), selfTest);
        return Create(name, threads);
    }

    /// <summary>Opens the first device that <c>auto</c> may take and that passes the self-test.</summary>
    /// <exception cref="DeviceException">None passes; the message has every reason.</exception>
    internal static Device OpenBest(IEnumerable<DeviceReport> reports, Func<DeviceReport, Device> open, Func<Device, string?>? selfTest)
    {
        var reasons = new List<string>();
        foreach (DeviceReport report in reports.Where(report => report.IsUsable && (report.IsGraphicsProcessor || report.Name == "cpu")))
        {
            Device device;
            try
            {
                device = open(report);
            }
            catch (DeviceException e)
            {
                reasons.Add($"{report.Name}: {e.Message}");
                continue;
            }

            string? reason = selfTest is null ? null : Passes(device, selfTest);
            if (reason is null)
                return device;
            reasons.Add($"{report.Name}: {reason}");
            device.Dispose();
        }

        throw new DeviceException($"no device passes its self-test: {string.Join("; ", reasons)}");
    }

    private static string? Test(string name, int threads, Func<Device, string?> selfTest)
    {
        try
        {
            using Device device = Create(name, threads);
            return Passes(device, selfTest);
        }
        catch (DeviceException e)
        {
            return e.Message;
        }
    }

    // A driver can fail in any way while it is tested, and none of them may end the search.
    private static string? Passes(Device device, Func<Device, string?> selfTest)
    {
        try
        {
            return selfTest(device);
        }
        catch (Exception e)
        {
            return $"the self-test failed: {e.Message}";
        }
    }

    private static Device Create(string name, int threads)
    {
        string[] parts = name.ToLowerInvariant().Split(':');
        int index = 0;
        bool isIndexed = parts.Length == 2 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out index);
        bool isPlain = parts.Length == 1;
        return parts[0] switch
        {
            "cpu" when isPlain => new CpuDevice(threads),
            "debug" when isPlain => new DebugDevice(),
            "opencl" when isPlain || isIndexed => new OpenClDevice(index),
            "cuda" when isPlain || isIndexed => new CudaDevice(index),
            _ => throw new DeviceException($"there is no device '{name}': use one of auto, {string.Join(", ", Survey().Where(report => report.IsUsable).Select(report => report.Name))}"),
        };
    }

    private static DeviceReport HostReport(string name)
    {
        using Device device = Create(name, 1);
        string description = name == "cpu" ? $"{Environment.ProcessorCount} processors, {CpuDevice.SimdDescription}, managed code" : device.Description;
        return new DeviceReport(name, description, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, IsGraphicsProcessor: false, Rejection: null);
    }

    // A driver that fails while it is asked for its devices is a line of the report, like one that is missing.
    private static IReadOnlyList<DeviceReport> Try(string kind, Func<IEnumerable<DeviceReport>> survey)
    {
        try
        {
            return [.. survey()];
        }
        catch (Exception e) when (e is DeviceException or EntryPointNotFoundException)
        {
            return [new DeviceReport(kind, "", 0, IsGraphicsProcessor: false, e.Message)];
        }
    }

    private static IEnumerable<DeviceReport> SurveyCuda()
    {
        IReadOnlyList<CudaHardware> found = CudaHardware.Survey(CudaPlatform.OfSystem(), out DeviceAbsence? absence);
        return found.Count == 0
            ? [Absent("cuda", absence)]
            : found.Select((gpu, index) => new DeviceReport(NameOf("cuda", index), gpu.Description, gpu.MemoryBytes, IsGraphicsProcessor: true, absence?.ToString()));
    }

    private static IEnumerable<DeviceReport> SurveyOpenCl()
    {
        IReadOnlyList<OpenClHardware> found = OpenClHardware.Survey(out DeviceAbsence? absence);
        return found.Count == 0
            ? [Absent("opencl", absence)]
            : found.Select((device, index) => new DeviceReport(NameOf("opencl", index), device.Description, device.MemoryBytes, device.IsGpu, device.Rejection));
    }

    private static DeviceReport Absent(string name, DeviceAbsence? absence) => new(name, "", 0, IsGraphicsProcessor: false, absence?.ToString());

    private static string NameOf(string kind, int index) => index == 0 ? kind : string.Create(CultureInfo.InvariantCulture, $"{kind}:{index}");
}

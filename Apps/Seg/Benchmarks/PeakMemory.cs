using System.Globalization;
using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Devices.Cpu;

namespace SegFromScratch.Apps.Seg.Benchmarks;

/// <summary>The most memory that was in use at once.</summary>
/// <param name="Key">The name in the printed row: peak_rss_bytes for the whole process, peak_bytes for a device's memory.</param>
/// <param name="Bytes">How much.</param>
internal sealed record PeakMemory(string Key, long Bytes)
{
    private const string StatusFile = "/proc/self/status";
    private const string HighWaterMark = "VmHWM:";
    private const string ResetFile = "/proc/self/clear_refs";

    // What the kernel takes there as the order to set the high-water mark to what is resident now.
    private const string ResetOrder = "5";

    /// <summary>
    /// Lets the peak of the process begin anew, so that a case's figure is a property of the case: what earlier ones left on the managed heap goes back to the
    /// system, and the high-water mark falls to what is resident now. To be called while no device is open.
    /// </summary>
    /// <returns>False where the system has a mark and keeps it: then figures cover everything since the start of the process.</returns>
    public static bool BeginAnew()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        if (!File.Exists(StatusFile))
            return true;
        try
        {
            using var file = new StreamWriter(new FileStream(ResetFile, FileMode.Open, FileAccess.Write));
            file.Write(ResetOrder);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>The peak since <see cref="BeginAnew"/>: of the process on the cpu, as PyTorch's side measures it, of the device's pool elsewhere; null where the system does not tell.</summary>
    public static PeakMemory? Of(Device device)
    {
        if (device is not CpuDevice)
            return new PeakMemory("peak_bytes", device.Pool.PeakBytesInUse);
        return OfProcess() is { } bytes ? new PeakMemory("peak_rss_bytes", bytes) : null;
    }

    /// <summary>The largest resident size of the process in bytes since <see cref="BeginAnew"/>; null where the system does not tell.</summary>
    internal static long? OfProcess() => File.Exists(StatusFile) ? HighWater(File.ReadLines(StatusFile)) : null;

    /// <summary>Reads the largest resident size in bytes from the lines of a Linux status file; null if they have none.</summary>
    internal static long? HighWater(IEnumerable<string> lines)
    {
        string? line = lines.FirstOrDefault(line => line.StartsWith(HighWaterMark, StringComparison.Ordinal));
        string? kibibytes = line?[HighWaterMark.Length..].Split(' ', '\t').FirstOrDefault(part => part.Length > 0);
        return long.TryParse(kibibytes, CultureInfo.InvariantCulture, out long count) ? 1024 * count : null;
    }
}

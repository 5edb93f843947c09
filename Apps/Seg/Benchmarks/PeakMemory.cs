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

    /// <summary>The peak so far: of the process on the cpu, as PyTorch's side measures it, of the device's pool elsewhere; null where the system does not tell.</summary>
    public static PeakMemory? Of(Device device)
    {
        if (device is not CpuDevice)
            return new PeakMemory("peak_bytes", device.Pool.PeakBytesInUse);
        return File.Exists(StatusFile) && HighWater(File.ReadLines(StatusFile)) is { } bytes ? new PeakMemory("peak_rss_bytes", bytes) : null;
    }

    /// <summary>Reads the largest resident size in bytes from the lines of a Linux status file; null if they have none.</summary>
    internal static long? HighWater(IEnumerable<string> lines)
    {
        string? line = lines.FirstOrDefault(line => line.StartsWith(HighWaterMark, StringComparison.Ordinal));
        string? kibibytes = line?[HighWaterMark.Length..].Split(' ', '\t').FirstOrDefault(part => part.Length > 0);
        return long.TryParse(kibibytes, CultureInfo.InvariantCulture, out long count) ? 1024 * count : null;
    }
}

using System.Globalization;

namespace SegFromScratch.Engine.Devices;

/// <summary>Amounts of memory in words.</summary>
public static class DeviceMemory
{
    /// <summary>A number of bytes in the unit that suits it: <c>12.5 GiB</c>.</summary>
    public static string Text(long bytes)
    {
        string[] units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
        double amount = bytes;
        int unit = 0;
        for (; Math.Abs(amount) >= 1024 && unit < units.Length - 1; unit++)
            amount /= 1024;
        return string.Create(CultureInfo.InvariantCulture, $"{amount:0.#} {units[unit]}");
    }

    /// <summary>The exception for an allocation that failed.</summary>
    internal static OutOfDeviceMemoryException Exhausted(string device, long bytes, long left, long total) =>
        new($"device {device} has no room for {Text(bytes)}: {Text(Math.Max(0, left))} of {Text(total)} are left; use a smaller batch or smaller images");

    /// <summary>Refuses a copy that is longer than its buffer.</summary>
    internal static void CheckCopy(Memory.DeviceBuffer buffer, long bytes)
    {
        if (bytes > buffer.Bytes)
            throw new ArgumentException($"{bytes} bytes do not fit buffer '{buffer.Name}' of {buffer.Bytes} bytes");
    }
}

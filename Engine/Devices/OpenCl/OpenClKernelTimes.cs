using SegFromScratch.Engine.Profiling;

namespace SegFromScratch.Engine.Devices.OpenCl;

/// <summary>What the driver's clock says of the kernels of a queue.</summary>
internal sealed class OpenClKernelTimes(OpenClQueue queue) : IKernelTimes
{
    private readonly Dictionary<string, (long Count, ulong Nanoseconds)> _kernels = [];
    private ulong _first = ulong.MaxValue;
    private ulong _last;

    /// <summary>Counts a launch, whose start and end the driver gives in nanoseconds.</summary>
    public void Add(string kernel, ulong start, ulong end)
    {
        (long count, ulong nanoseconds) = _kernels.GetValueOrDefault(kernel);
        _kernels[kernel] = (count + 1, nanoseconds + (end - start));
        (_first, _last) = (Math.Min(_first, start), Math.Max(_last, end));
    }

    /// <inheritdoc/>
    public KernelTimeTable Read()
    {
        OpenClError.Check(queue.Finish(), "waiting for the device");
        IEnumerable<KernelTime> kernels = _kernels.Select(kernel => new KernelTime(kernel.Key, kernel.Value.Count, 1e-9 * kernel.Value.Nanoseconds));
        return new KernelTimeTable([.. kernels.OrderByDescending(kernel => kernel.Seconds)], _last > _first ? 1e-9 * (_last - _first) : 0);
    }

    /// <inheritdoc/>
    public void Dispose() => queue.Measure(null);
}

using SegFromScratch.Engine.Profiling;

namespace SegFromScratch.Engine.Devices.Cuda;

/// <summary>Measures kernels by events of the GPU's own clock, one before and one after each launch. The stream is not stopped for it.</summary>
internal sealed unsafe class CudaKernelTimes(CudaDriver driver, CudaDevice device) : IKernelTimes
{
    private readonly List<(string Kernel, nint Start, nint End)> _launches = [];
    private readonly Stack<nint> _idle = [];
    private readonly Dictionary<string, (long Count, double Seconds)> _sums = [];
    private (string Kernel, nint Start) _open;
    private double _span;

    /// <summary>Marks the start of a kernel.</summary>
    public void Begin(string kernel) => _open = (kernel, Mark());

    /// <summary>Marks its end.</summary>
    public void End() => _launches.Add((_open.Kernel, _open.Start, Mark()));

    /// <inheritdoc/>
    public KernelTimeTable Read()
    {
        device.Synchronize();
        if (_launches.Count > 0)
            _span += Between(_launches[0].Start, _launches[^1].End);
        foreach ((string kernel, nint start, nint end) in _launches)
        {
            (long count, double seconds) = _sums.GetValueOrDefault(kernel);
            _sums[kernel] = (count + 1, seconds + Between(start, end));
            _idle.Push(start);
            _idle.Push(end);
        }

        _launches.Clear();
        return new KernelTimeTable([.. _sums.Select(sum => new KernelTime(sum.Key, sum.Value.Count, sum.Value.Seconds)).OrderByDescending(time => time.Seconds)], _span);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (nint mark in _launches.SelectMany(launch => (nint[])[launch.Start, launch.End]).Concat(_idle))
            _ = driver.cuEventDestroy(mark);
        _launches.Clear();
        _idle.Clear();
        device.KernelTimes = null;
    }

    private nint Mark()
    {
        if (!_idle.TryPop(out nint mark))
        {
            nint made;
            driver.Check(driver.cuEventCreate(&made, CudaDriver.EventWithTime), "making an event");
            mark = made;
        }

        driver.Check(driver.cuEventRecord(mark, device.Stream), "marking a kernel's time");
        return mark;
    }

    private double Between(nint start, nint end)
    {
        float milliseconds;
        driver.Check(driver.cuEventElapsedTime(&milliseconds, start, end), "reading a kernel's time");
        return milliseconds / 1e3;
    }
}

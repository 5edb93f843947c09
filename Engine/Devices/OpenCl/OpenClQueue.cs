using static SegFromScratch.Engine.Devices.OpenCl.OpenClNative;

namespace SegFromScratch.Engine.Devices.OpenCl;

/// <summary>
/// The queue of commands of a device, which run in the order in which they were given. A driver times commands only in a queue that was made for it, and launches are dearer there:
/// while kernels are timed there is another queue.
/// </summary>
internal sealed unsafe class OpenClQueue : IDisposable
{
    // So many events wait at most for being read: each holds memory of the driver.
    private const int MostEvents = 4096;

    private readonly nint _context;
    private readonly OpenClHardware _hardware;
    private readonly List<(string Kernel, nint Event)> _events = [];
    private OpenClKernelTimes? _times;

    /// <summary>Makes the queue.</summary>
    public OpenClQueue(nint context, OpenClHardware hardware)
    {
        (_context, _hardware) = (context, hardware);
        Handle = Create(0);
    }

    /// <summary>The driver's queue. It changes when timing begins or ends.</summary>
    public nint Handle { get; private set; }

    /// <summary>Launches a kernel; the driver's answer.</summary>
    public int Launch(nint kernel, nuint* global, nuint* group, string name)
    {
        if (_times is null)
            return clEnqueueNDRangeKernel(Handle, kernel, 3, null, global, group, 0, null, null);
        if (_events.Count == MostEvents)
            Finish();
        nint done;
        int error = clEnqueueNDRangeKernel(Handle, kernel, 3, null, global, group, 0, null, &done);
        if (error == 0)
            _events.Add((name, done));
        return error;
    }

    /// <summary>Waits for all commands; the driver's answer.</summary>
    public int Finish()
    {
        int error = clFinish(Handle);
        foreach ((string kernel, nint done) in _events)
        {
            ulong start, end;
            if (clGetEventProfilingInfo(done, ProfilingStart, sizeof(ulong), &start, null) == 0 && clGetEventProfilingInfo(done, ProfilingEnd, sizeof(ulong), &end, null) == 0)
                _times?.Add(kernel, start, end);
            _ = clReleaseEvent(done);
        }

        _events.Clear();
        return error;
    }

    /// <summary>Begins to time kernels, or ends it where there is nothing to write to.</summary>
    public void Measure(OpenClKernelTimes? times)
    {
        OpenClError.Check(Finish(), "waiting for the device");
        nint other = Create(times is null ? 0 : QueueProfiling);
        _ = clReleaseCommandQueue(Handle);
        (Handle, _times) = (other, times);
    }

    /// <summary>Gives the queue back.</summary>
    public void Dispose() => _ = clReleaseCommandQueue(Handle);

    private nint Create(ulong properties)
    {
        int error;
        nint queue = clCreateCommandQueue(_context, _hardware.Id, properties, &error);
        OpenClError.Check(error, $"making a queue on {_hardware.Name}");
        return queue;
    }
}

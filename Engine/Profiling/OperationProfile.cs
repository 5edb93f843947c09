using System.Diagnostics;
using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Tensors;

namespace SegFromScratch.Engine.Profiling;

/// <summary>
/// Where the time of steps goes, by operation and pass. Operations run one after the other, so each owns the time since the last one ended:
/// <see cref="Step"/> and its tape say when one ends, and the operation says what <see cref="Work"/> it did.
/// The device is synchronised at every end, so a profiled step on a GPU is slower than others.
/// </summary>
public sealed class OperationProfile : IDisposable
{
    private const string UncountedBackward = "backward";
    private readonly Device _device;
    private readonly JobTimings _jobs = new();
    private readonly Dictionary<(string Operation, string Pass, TensorShape Output), ProfileEntry> _entries = [];
    private (string Operation, TensorShape Output) _backward;
    private ProfileEntry? _lastOfBackward;
    private long _mark;

    /// <summary>Begins to profile all steps on a device, until the profile is disposed.</summary>
    public OperationProfile(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        _device = device;
        device.Profile = this;
        if (device is CpuDevice cpu)
            cpu.Threads.Timings = _jobs;
        Restart();
    }

    /// <summary>What was measured, the slowest first.</summary>
    public IReadOnlyList<ProfileEntry> Entries => [.. _entries.Values.OrderByDescending(entry => entry.Seconds)];

    /// <summary>Says that the time up to now belongs to no operation.</summary>
    public void Restart()
    {
        _device.Synchronize();
        _jobs.Clear();
        _mark = Stopwatch.GetTimestamp();
    }

    /// <summary>Says that a pass outside the tape's way back has ended: a forward pass, an update of the optimiser, a copy.</summary>
    /// <param name="work">What it did.</param>
    /// <param name="output">The shape of its output.</param>
    public void End(in Work work, TensorShape output)
    {
        ProfileEntry entry = Entry(work.Operation, work.Pass, output);
        entry.Add(work);
        Close(entry);
    }

    /// <summary>Says that the tape goes back through an operation now.</summary>
    public void BeginBackward(string operation, TensorShape output) => (_backward, _lastOfBackward) = ((operation, output), null);

    /// <summary>Says that a gradient has been computed on the way back.</summary>
    /// <param name="work">What it took. If nobody counted, the time goes to the operation's last gradient, or to a row of its own if this is the first.</param>
    public void EndGradient(in Work work)
    {
        if (work.IsKnown)
        {
            _lastOfBackward = Entry(work.Operation, work.Pass, _backward.Output);
            _lastOfBackward.Add(work);
        }
        else if (_lastOfBackward is null)
        {
            _lastOfBackward = Entry(_backward.Operation, UncountedBackward, _backward.Output);
            _lastOfBackward.Add(default);
        }

        Close(_lastOfBackward);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _device.Profile = null;
        if (_device is CpuDevice cpu)
            cpu.Threads.Timings = null;
    }

    private ProfileEntry Entry(string operation, string pass, TensorShape output)
    {
        if (!_entries.TryGetValue((operation, pass, output), out ProfileEntry? entry))
            _entries.Add((operation, pass, output), entry = new ProfileEntry(operation, pass, output));
        return entry;
    }

    private void Close(ProfileEntry entry)
    {
        _device.Synchronize();
        entry.AddTime(Stopwatch.GetElapsedTime(_mark).TotalSeconds, _jobs);
        _mark = Stopwatch.GetTimestamp();
    }
}

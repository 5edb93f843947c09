using SegFromScratch.Engine.Dialect;
using SegFromScratch.Engine.Memory;

namespace SegFromScratch.Engine.Devices.Debug;

/// <summary>The work-items of a group as threads. They run group after group; a barrier that not all of them reach is an error.</summary>
internal sealed unsafe class ThreadedWorkGroup(KernelDefinition definition, LaunchSize size, Action kernel) : IWorkGroup, IDisposable
{
    private const int StackBytes = 256 << 10;
    private readonly List<HostBuffer> _shared = [];
    private readonly object _lock = new();
    private int _waiting;
    private int _finished;
    private int _generation;
    private Exception? _failure;

    /// <summary>Runs all groups of the launch.</summary>
    public void Run()
    {
        for (int group = 0; group < size.Groups && _failure is null; group++)
            RunGroup(group % size.GridX, group / size.GridX % size.GridY, group / (size.GridX * size.GridY));
        if (_failure is { } failure)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
    }

    /// <inheritdoc/>
    public void Barrier()
    {
        lock (_lock)
        {
            if (_finished > 0)
                throw Divergent();
            int generation = _generation;
            if (++_waiting == size.GroupSize)
            {
                Open();
                return;
            }

            while (generation == _generation && _failure is null)
                Monitor.Wait(_lock);
            if (_failure is not null)
                throw new OperationCanceledException("another work-item of the group failed");
        }
    }

    /// <inheritdoc/>
    public ArrayView<T> Shared<T>(int sequence, int length)
        where T : unmanaged
    {
        lock (_lock)
        {
            while (_shared.Count <= sequence)
            {
                var buffer = new HostBuffer((long)length * sizeof(T)) { Name = $"shared memory {_shared.Count}" };
                buffer.Span.Fill(0xFF);
                _shared.Add(buffer);
            }

            return new ArrayView<T>(_shared[sequence], 0, length);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _shared.ForEach(buffer => buffer.Dispose());

    private void RunGroup(int gridX, int gridY, int gridZ)
    {
        (_waiting, _finished) = (0, 0);
        _shared.ForEach(buffer => buffer.Span.Fill(0xFF));
        var threads = new Thread[size.GroupSize];
        for (int i = 0; i < threads.Length; i++)
        {
            var item = new WorkItem
            {
                Kernel = definition.Name, Index = -1, Group = this,
                GridX = gridX, GridY = gridY, GridZ = gridZ, GridSizeX = size.GridX, GridSizeY = size.GridY, GridSizeZ = size.GridZ,
                GroupX = i % size.GroupX, GroupY = i / size.GroupX % size.GroupY, GroupZ = i / (size.GroupX * size.GroupY),
                GroupSizeX = size.GroupX, GroupSizeY = size.GroupY, GroupSizeZ = size.GroupZ,
            };
            threads[i] = new Thread(() => RunItem(item), StackBytes) { IsBackground = true, Name = $"work-item ({item.GroupX}, {item.GroupY}, {item.GroupZ})" };
            threads[i].Start();
        }

        foreach (Thread thread in threads)
            thread.Join();
    }

    private void RunItem(WorkItem item)
    {
        using var local = new LocalWorkGroup();
        item.Local = local;
        WorkItem.Current = item;
        try
        {
            kernel();
            lock (_lock)
            {
                _finished++;
                if (_waiting > 0)
                    Fail(Divergent());
            }
        }
        catch (OperationCanceledException) when (_failure is not null)
        {
            // The failure that ended the group is reported by the work-item that met it.
        }
        catch (Exception e)
        {
            lock (_lock)
                Fail(e);
        }
        finally
        {
            WorkItem.Current = default;
        }
    }

    private void Fail(Exception failure)
    {
        _failure ??= failure;
        Monitor.PulseAll(_lock);
    }

    private void Open()
    {
        _waiting = 0;
        _generation++;
        Monitor.PulseAll(_lock);
    }

    private static KernelFaultException Divergent() =>
        new($"divergent barrier: some work-items of the group wait while another has ended or will not come ({WorkItem.Describe()})");
}

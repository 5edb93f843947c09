using SegFromScratch.Engine.Dialect;
using SegFromScratch.Engine.Memory;

namespace SegFromScratch.Engine.Devices.Debug;

/// <summary>
/// The work-items of a group as threads, so that each has its own stack in a debugger. One runs at a time, from barrier to barrier, in the order of their numbers:
/// what they do is the same in every run, and <see cref="RaceLog"/> sees who wrote what. Groups run one after the other. A barrier that not all work-items reach is an error.
/// </summary>
internal sealed unsafe class ThreadedWorkGroup(KernelDefinition definition, LaunchSize size, Action kernel) : IWorkGroup, IDisposable
{
    private const int StackBytes = 256 << 10;
    private readonly List<HostBuffer> _shared = [];
    private readonly RaceLog _races = new(definition.Name);
    private readonly object[] _turns = [.. Enumerable.Range(0, size.GroupSize).Select(_ => new object())];
    private volatile int _running = -1;
    private int _finished;
    private int _group;
    private int _phase;
    private volatile Exception? _failure;

    /// <summary>Runs all groups of the launch.</summary>
    public void Run()
    {
        for (_group = 0; _group < size.Groups && _failure is null; _group++)
            RunGroup(_group % size.GridX, _group / size.GridX % size.GridY, _group / (size.GridX * size.GridY));
        if (_failure is { } failure)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
    }

    /// <inheritdoc/>
    public void Barrier()
    {
        if (_finished > 0)
            throw Divergent();
        _races.End();
        int item = _running;
        Pass();
        Wait(item);
    }

    /// <inheritdoc/>
    public ArrayView<T> Shared<T>(int sequence, int length)
        where T : unmanaged
    {
        while (_shared.Count <= sequence)
        {
            var buffer = new HostBuffer((long)length * sizeof(T)) { Name = $"shared memory {_shared.Count}" };
            buffer.Span.Fill(0xFF);
            _shared.Add(buffer);
        }

        return new ArrayView<T>(_shared[sequence], 0, length);
    }

    /// <inheritdoc/>
    public void Dispose() => _shared.ForEach(buffer => buffer.Dispose());

    private void RunGroup(int gridX, int gridY, int gridZ)
    {
        _running = -1;
        _finished = 0;
        foreach (HostBuffer buffer in _shared)
        {
            buffer.Span.Fill(0xFF);
            _races.Forget(buffer);
        }

        var threads = new Thread[size.GroupSize];
        for (int i = 0; i < threads.Length; i++)
        {
            int number = i;
            var item = new WorkItem
            {
                Kernel = definition.Name, Index = -1, Group = this, Races = _races,
                GridX = gridX, GridY = gridY, GridZ = gridZ, GridSizeX = size.GridX, GridSizeY = size.GridY, GridSizeZ = size.GridZ,
                GroupX = i % size.GroupX, GroupY = i / size.GroupX % size.GroupY, GroupZ = i / (size.GroupX * size.GroupY),
                GroupSizeX = size.GroupX, GroupSizeY = size.GroupY, GroupSizeZ = size.GroupZ,
            };
            threads[i] = new Thread(() => RunItem(item, number), StackBytes) { IsBackground = true, Name = item.Place };
            threads[i].Start();
        }

        Pass();
        foreach (Thread thread in threads)
            thread.Join();
    }

    private void RunItem(WorkItem item, int number)
    {
        using var local = new LocalWorkGroup();
        item.Local = local;
        WorkItem.Current = item;
        try
        {
            Wait(number);
            kernel();
            _races.End();
            _finished++;
            if (_finished != number + 1)
                throw Divergent();
            if (_finished < size.GroupSize)
                Pass();
        }
        catch (OperationCanceledException) when (_failure is not null)
        {
            // The failure that ended the group is reported by the work-item that met it.
        }
        catch (Exception e)
        {
            _failure = e;
            for (int i = 0; i < _turns.Length; i++)
                Wake(i);
        }
        finally
        {
            WorkItem.Current = default;
        }
    }

    // The last work-item of the group to reach a barrier opens it for the first.
    private void Pass()
    {
        int next = (_running + 1) % size.GroupSize;
        if (next == 0)
            _phase++;
        _running = next;
        Wake(next);
    }

    private void Wake(int item)
    {
        lock (_turns[item])
            Monitor.Pulse(_turns[item]);
    }

    private void Wait(int item)
    {
        lock (_turns[item])
        {
            while (_running != item && _failure is null)
                Monitor.Wait(_turns[item]);
        }

        if (_failure is not null)
            throw new OperationCanceledException("another work-item of the group failed");
        ref WorkItem current = ref WorkItem.Current;
        _races.Begin(new Turn(_group, (_group * size.GroupSize) + item, _phase, size.Groups > 1 ? $"group ({current.GridX}, {current.GridY}, {current.GridZ}), {current.Place}" : current.Place));
    }

    private static KernelFaultException Divergent() =>
        new($"divergent barrier: some work-items of the group wait while another has ended or will not come ({WorkItem.Describe()})");
}

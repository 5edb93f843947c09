namespace SegFromScratch.Engine.Devices.Cpu;

/// <summary>
/// The threads of the <c>cpu</c> device: the caller and its workers take tickets from one counter until none is left.
/// Workers spin for a moment after a job, because the next one usually follows at once, then sleep.
/// </summary>
public sealed class CpuPool : IDisposable
{
    private const int SpinMicroseconds = 60;
    private readonly Thread[] _workers;
    private readonly SemaphoreSlim _wake = new(0);
    private volatile Slot? _job;
    private volatile int _epoch;
    private int _sleeping;
    private int _running;
    private volatile bool _closing;
    private bool _busy;

    /// <summary>Starts the workers.</summary>
    /// <param name="threads">The number of threads that compute, the caller included, at least 1.</param>
    public CpuPool(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Threads = threads;
        _workers = new Thread[threads - 1];
        for (int i = 0; i < _workers.Length; i++)
        {
            int worker = i + 1;
            _workers[i] = new Thread(() => Work(worker)) { IsBackground = true, Name = $"cpu worker {worker}" };
            _workers[i].Start();
        }
    }

    /// <summary>The number of threads that compute, the caller included.</summary>
    public int Threads { get; }

    /// <summary>Runs all tickets of a job and returns when they are done. A job started from within a job runs on its thread alone.</summary>
    public void Run<TJob>(TJob job, int tickets)
        where TJob : struct, ICpuJob
    {
        if (tickets <= 0)
            return;
        if (_workers.Length == 0 || tickets == 1 || _busy)
        {
            for (int ticket = 0; ticket < tickets; ticket++)
                job.Execute(ticket, 0);
            return;
        }

        _busy = true;
        Slot<TJob> slot = Slot<TJob>.Instance;
        slot.Begin(job, tickets);
        _job = slot;
        Volatile.Write(ref _running, _workers.Length);
        Interlocked.Increment(ref _epoch);
        int sleeping = Interlocked.Exchange(ref _sleeping, 0);
        if (sleeping > 0)
            _wake.Release(sleeping);
        slot.Drain(0);
        var spinner = default(SpinWait);
        while (Volatile.Read(ref _running) > 0)
            spinner.SpinOnce(sleep1Threshold: -1);
        _job = null;
        _busy = false;
        slot.End();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_closing)
            return;
        _closing = true;
        _wake.Release(Math.Max(1, _workers.Length));
        foreach (Thread worker in _workers)
            worker.Join();
        _wake.Dispose();
    }

    private void Work(int worker)
    {
        int seen = 0;
        while (true)
        {
            long limit = System.Diagnostics.Stopwatch.GetTimestamp() + (SpinMicroseconds * System.Diagnostics.Stopwatch.Frequency / 1_000_000);
            while (_epoch == seen && !_closing)
            {
                Thread.SpinWait(16);
                if (System.Diagnostics.Stopwatch.GetTimestamp() < limit)
                    continue;

                // Announce the sleep first and look once more: Run either sees the announcement and wakes us, or we see its epoch.
                Interlocked.Increment(ref _sleeping);
                if (_epoch == seen && !_closing)
                {
                    _wake.Wait();
                }
                else if (!TryWithdraw())
                {
                    _wake.Wait();
                }
            }

            if (_closing)
                return;
            seen = _epoch;
            _job!.Drain(worker);
            Interlocked.Decrement(ref _running);
        }
    }

    /// <summary>Takes back an announced sleep; false if Run has already counted it and will wake us.</summary>
    private bool TryWithdraw()
    {
        while (true)
        {
            int sleeping = Volatile.Read(ref _sleeping);
            if (sleeping == 0)
                return false;
            if (Interlocked.CompareExchange(ref _sleeping, sleeping - 1, sleeping) == sleeping)
                return true;
        }
    }

    private abstract class Slot
    {
        public abstract void Drain(int worker);
    }

    private sealed class Slot<TJob> : Slot
        where TJob : struct, ICpuJob
    {
        // One a thread and kind of job, so that a launch allocates nothing.
        [ThreadStatic]
        private static Slot<TJob>? s_instance;

        private TJob _job;
        private int _tickets;
        private int _next;
        private Exception? _failure;

        public static Slot<TJob> Instance => s_instance ??= new Slot<TJob>();

        public void Begin(TJob job, int tickets) => (_job, _tickets, _next, _failure) = (job, tickets, 0, null);

        public override void Drain(int worker)
        {
            try
            {
                TJob job = _job;
                for (int ticket; (ticket = Interlocked.Increment(ref _next) - 1) < _tickets;)
                    job.Execute(ticket, worker);
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref _failure, e, null);
                Volatile.Write(ref _next, _tickets);
            }
        }

        public void End()
        {
            _job = default;
            if (_failure is { } failure)
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }
    }
}

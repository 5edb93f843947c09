using System.Diagnostics;
using System.Runtime.InteropServices;

namespace SegFromScratch.Engine.Devices.Cpu;

/// <summary>
/// The threads of the <c>cpu</c> device: the caller and its workers take the tickets of a job until none is left.
/// Each thread takes those of its own share first, the same run of tickets every time, and then helps the others. So a thread finds in its caches
/// what it wrote there in the operation before; processors with several third-level caches pay twice the time for memory that another wrote.
/// Workers spin for a moment after a job, because the next one usually follows at once, then sleep.
/// The caller waits only for workers that have begun: one that the system has not woken yet comes to a closed gate and delays nobody.
/// </summary>
public sealed class CpuPool : IDisposable
{
    private const int SpinMicroseconds = 60;
    private const long InsideMask = 0xFFFF;
    private const long Open = InsideMask + 1;
    private const int EpochShift = 17;
    private static readonly long s_spinTicks = SpinMicroseconds * Stopwatch.Frequency / 1_000_000;

    // Which pool's job the thread runs, and as which worker: a job started from within a job must use that worker's scratch memory.
    [ThreadStatic]
    private static CpuPool? s_pool;
    [ThreadStatic]
    private static int s_worker;

    private readonly Worker[] _workers;
    private volatile Slot? _job;

    // The number of the job, whether workers may still enter it, and how many are inside, in one word so that they change together.
    private long _gate;
    private int _busy;
    private volatile bool _closing;

    /// <summary>Starts the workers.</summary>
    /// <param name="threads">The number of threads that compute, the caller included, at least 1.</param>
    public CpuPool(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Threads = threads;
        _workers = new Worker[threads - 1];
        for (int i = 0; i < _workers.Length; i++)
            _workers[i] = new Worker(this, i + 1);
        foreach (Worker worker in _workers)
            worker.Thread.Start();
    }

    /// <summary>The number of threads that compute, the caller included.</summary>
    public int Threads { get; }

    /// <summary>Where to note how long each job takes; null measures nothing.</summary>
    public JobTimings? Timings { get; set; }

    /// <summary>Runs all tickets of a job and returns when they are done. A job started from within a job runs on its thread alone.</summary>
    /// <param name="job">The work.</param>
    /// <param name="tickets">How many tickets it has.</param>
    /// <param name="lastFirst">
    /// Each thread takes its share from the end: for a pass over memory that follows another one, whose last part still lies in the caches.
    /// A job that turned its tickets round itself would have each thread work on what another has in its caches.
    /// </param>
    /// <remarks>An exception in a ticket ends the job: tickets that were not begun are dropped, and the first exception is thrown here.</remarks>
    public void Run<TJob>(TJob job, int tickets, bool lastFirst = false)
        where TJob : struct, ICpuJob
    {
        if (tickets <= 0)
            return;
        long start = Timings is null ? 0 : System.Diagnostics.Stopwatch.GetTimestamp();
        RunTickets(job, tickets, lastFirst);
        Timings?.Add(typeof(TJob), System.Diagnostics.Stopwatch.GetTimestamp() - start);
    }

    private void RunTickets<TJob>(TJob job, int tickets, bool lastFirst)
        where TJob : struct, ICpuJob
    {
        if (_workers.Length == 0 || tickets == 1 || s_pool == this || Interlocked.CompareExchange(ref _busy, 1, 0) != 0)
        {
            int worker = s_pool == this ? s_worker : 0;
            for (int ticket = 0; ticket < tickets; ticket++)
                job.Execute(lastFirst ? tickets - 1 - ticket : ticket, worker);
            return;
        }

        Slot<TJob> slot = Slot<TJob>.Take();
        slot.Begin(job, tickets, Threads, lastFirst);
        _job = slot;
        Interlocked.Exchange(ref _gate, ((Epoch + 1) << EpochShift) | Open);
        foreach (Worker worker in _workers)
            worker.Wake();
        Drain(slot, 0);
        Interlocked.And(ref _gate, ~Open);
        var spinner = default(SpinWait);
        while ((Volatile.Read(ref _gate) & InsideMask) != 0)
            spinner.SpinOnce(sleep1Threshold: -1);
        _job = null;
        Exception? failure = slot.End();
        Volatile.Write(ref _busy, 0);
        if (failure is not null)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
    }

    private long Epoch => Volatile.Read(ref _gate) >> EpochShift;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_closing)
            return;
        _closing = true;

        // The fence that Wake asks of its caller.
        Interlocked.MemoryBarrier();
        foreach (Worker worker in _workers)
            worker.Wake();
        foreach (Worker worker in _workers)
            worker.Dispose();
    }

    /// <summary>Enters the job that is open, and says its number. False if the last one is closed already: its tickets are gone.</summary>
    private bool TryEnter(out long epoch)
    {
        while (true)
        {
            long gate = Volatile.Read(ref _gate);
            epoch = gate >> EpochShift;
            if ((gate & Open) == 0)
                return false;
            if (Interlocked.CompareExchange(ref _gate, gate + 1, gate) == gate)
                return true;
        }
    }

    private void Drain(Slot slot, int worker)
    {
        // Another pool's job may be running on this thread: its place is given back.
        (CpuPool? outerPool, int outerWorker) = (s_pool, s_worker);
        (s_pool, s_worker) = (this, worker);
        slot.Drain(worker);
        (s_pool, s_worker) = (outerPool, outerWorker);
    }

    /// <summary>
    /// One thread of the pool. Each has a semaphore of its own: with one for all, a worker that has done its share and goes back to sleep
    /// could take the permit of one that has not woken yet, and that one would sleep on.
    /// </summary>
    private sealed class Worker : IDisposable
    {
        private readonly CpuPool _pool;
        private readonly int _number;
        private readonly SemaphoreSlim _wake = new(0);
        private int _asleep;

        public Worker(CpuPool pool, int number)
        {
            (_pool, _number) = (pool, number);
            Thread = new Thread(Work) { IsBackground = true, Name = $"cpu worker {number}" };
        }

        public Thread Thread { get; }

        /// <summary>Wakes the worker if it sleeps or is about to. The caller has opened a job before, or closed the pool, with a full fence after.</summary>
        public void Wake()
        {
            // The read suffices: there is a full fence before it, as there is after the worker's announcement,
            // so either this sees the announcement or the worker sees that there is something to do.
            if (Volatile.Read(ref _asleep) != 0 && Interlocked.Exchange(ref _asleep, 0) != 0)
                _wake.Release();
        }

        public void Dispose()
        {
            Thread.Join();
            _wake.Dispose();
        }

        private void Work()
        {
            long seen = 0;
            while (AwaitJob(seen))
            {
                if (!_pool.TryEnter(out seen))
                    continue;
                _pool.Drain(_pool._job!, _number);
                Interlocked.Decrement(ref _pool._gate);
            }
        }

        /// <summary>Waits until there is another job than the one seen. False if the pool closes.</summary>
        private bool AwaitJob(long seen)
        {
            long limit = Stopwatch.GetTimestamp() + s_spinTicks;
            while (_pool.Epoch == seen && !_pool._closing)
            {
                Thread.SpinWait(16);
                if (Stopwatch.GetTimestamp() < limit)
                    continue;
                Interlocked.Exchange(ref _asleep, 1);

                // Sleep if there is still nothing to do; if there is, the announcement is withdrawn, unless the waker has seen it
                // already: then its permit is on the way and is taken here, so that none is left over.
                if ((_pool.Epoch == seen && !_pool._closing) || Interlocked.Exchange(ref _asleep, 0) == 0)
                    _wake.Wait();
            }

            return !_pool._closing;
        }
    }

    private abstract class Slot
    {
        public abstract void Drain(int worker);
    }

    private sealed class Slot<TJob> : Slot
        where TJob : struct, ICpuJob
    {
        // One a thread and kind of job, so that a launch allocates nothing. It is taken out while it is in use: a job may run another pool's job.
        [ThreadStatic]
        private static Slot<TJob>? s_instance;

        private TJob _job;
        private int _threads;
        private bool _lastFirst;
        private Share[] _shares = [];
        private Exception? _failure;

        public static Slot<TJob> Take()
        {
            Slot<TJob> slot = s_instance ?? new Slot<TJob>();
            s_instance = null;
            return slot;
        }

        public void Begin(TJob job, int tickets, int threads, bool lastFirst)
        {
            (_job, _threads, _lastFirst, _failure) = (job, threads, lastFirst, null);
            if (_shares.Length < threads)
                _shares = new Share[threads];
            for (int i = 0; i < threads; i++)
            {
                int first = (int)((long)tickets * i / threads), end = (int)((long)tickets * (i + 1) / threads);
                _shares[i] = new Share { Next = first, End = end, Turned = first + end - 1 };
            }
        }

        public override void Drain(int worker)
        {
            try
            {
                TJob job = _job;
                for (int i = 0; i < _threads; i++)
                {
                    ref Share share = ref _shares[(worker + i) % _threads];
                    for (int ticket; (ticket = Interlocked.Increment(ref share.Next) - 1) < share.End;)
                        job.Execute(_lastFirst ? share.Turned - ticket : ticket, worker);
                }
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref _failure, e, null);
                for (int i = 0; i < _threads; i++)
                    Volatile.Write(ref _shares[i].Next, _shares[i].End);
            }
        }

        /// <summary>Lets go of the job, puts the slot back and returns its first exception, or null.</summary>
        public Exception? End()
        {
            Exception? failure = _failure;
            (_job, _failure) = (default, null);
            s_instance = this;
            return failure;
        }
    }

    /// <summary>The tickets of one thread that nobody has begun. As long as two cache lines, so that threads which count do not disturb each other.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 128)]
    private struct Share
    {
        public int Next;
        public int End;

        /// <summary>Minus a ticket: the one as far from the end as that one from the beginning.</summary>
        public int Turned;
    }
}

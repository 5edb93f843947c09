using System.Diagnostics;
using SegFromScratch.Engine.Devices.Cpu;

namespace SegFromScratch.Tests.Devices;

[TestFixture]
public sealed class CpuPoolTests
{
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(4)]
    [TestCase(9)]
    public void Every_ticket_is_done_once(int threads)
    {
        using var pool = new CpuPool(threads);
        foreach (int tickets in new[] { 0, 1, 2, 3, 100, 1001 })
        {
            var done = new int[tickets];
            pool.Run(new CountJob { Done = done }, tickets);
            Assert.That(done, Is.All.EqualTo(1), $"{tickets} tickets");
        }
    }

    [Test]
    public void Threads_take_their_own_run_of_tickets_first()
    {
        using var pool = new CpuPool(2);
        var workers = new int[8];
        using var together = new Barrier(2);
        pool.Run(new ActionJob { Action = Take }, workers.Length);
        Assert.That(workers, Is.EqualTo(new[] { 0, 0, 0, 0, 1, 1, 1, 1 }));

        // Both threads are at a ticket at once, so neither is early to help the other.
        void Take(int ticket, int worker)
        {
            workers[ticket] = worker;
            together.SignalAndWait();
        }
    }

    [TestCase(1, new[] { 7, 6, 5, 4, 3, 2, 1, 0 })]
    [TestCase(2, new[] { 3, 2, 1, 0, 7, 6, 5, 4 })]
    public void Threads_can_take_their_own_run_from_the_end(int threads, int[] expected)
    {
        using var pool = new CpuPool(threads);
        List<int>[] taken = [[], []];
        using var together = new Barrier(threads);
        pool.Run(new ActionJob { Action = Take }, expected.Length, lastFirst: true);
        Assert.That(taken[0].Concat(taken[1]), Is.EqualTo(expected));

        void Take(int ticket, int worker)
        {
            taken[worker].Add(ticket);
            together.SignalAndWait();
        }
    }

    [Test]
    public void A_thread_that_is_held_up_is_helped()
    {
        using var pool = new CpuPool(2);
        int done = 0;
        pool.Run(new ActionJob { Action = Work }, 10);
        Assert.That(done, Is.EqualTo(10));

        // The first ticket lasts until all others are done, four of its own thread's share among them.
        void Work(int ticket, int worker)
        {
            if (ticket == 0)
                Assert.That(SpinWait.SpinUntil(() => Volatile.Read(ref done) == 9, TimeSpan.FromSeconds(30)), "nobody helped");
            Interlocked.Increment(ref done);
        }
    }

    [Test]
    public void Every_worker_has_a_number_of_its_own_within_the_threads()
    {
        using var pool = new CpuPool(4);
        var inside = new int[4];
        int clashes = 0;
        for (int run = 0; run < 50; run++)
            pool.Run(new ActionJob { Action = Enter }, 40);
        Assert.That(clashes, Is.Zero);

        void Enter(int ticket, int worker)
        {
            if (Interlocked.Increment(ref inside[worker]) != 1)
                Interlocked.Increment(ref clashes);
            Thread.SpinWait(200);
            Interlocked.Decrement(ref inside[worker]);
        }
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(4)]
    public void Exceptions_surface_and_the_pool_works_on(int threads)
    {
        using var pool = new CpuPool(threads);
        for (int failing = 0; failing < 50; failing++)
        {
            int ticket = failing;
            Assert.That(
                () => pool.Run(new ActionJob { Action = (t, _) => { if (t == ticket) throw new InvalidDataException($"ticket {t}"); } }, 50),
                Throws.TypeOf<InvalidDataException>().With.Message.EqualTo($"ticket {ticket}"));
            var done = new int[10];
            pool.Run(new CountJob { Done = done }, 10);
            Assert.That(done, Is.All.EqualTo(1));
        }
    }

    [TestCase(1)]
    [TestCase(4)]
    public void Jobs_within_jobs_run_on_their_thread_as_its_worker(int threads)
    {
        using var pool = new CpuPool(threads);
        var done = new int[20 * 30];
        int strangers = 0;
        pool.Run(new ActionJob { Action = Outer }, 20);
        Assert.That(done, Is.All.EqualTo(1));
        Assert.That(strangers, Is.Zero);

        void Outer(int ticket, int worker)
        {
            Thread thread = Thread.CurrentThread;
            pool.Run(new ActionJob { Action = Inner }, 30);

            void Inner(int inner, int innerWorker)
            {
                if (thread != Thread.CurrentThread || innerWorker != worker)
                    Interlocked.Increment(ref strangers);
                Interlocked.Increment(ref done[(ticket * 30) + inner]);
            }
        }
    }

    [Test]
    public void Pools_within_pools_keep_their_workers_apart()
    {
        using var outer = new CpuPool(2);
        using var inner = new CpuPool(2);
        int done = 0;
        int strangers = 0;
        outer.Run(new ActionJob { Action = Outer }, 10);
        Assert.That((done, strangers), Is.EqualTo((100, 0)));

        void Outer(int ticket, int worker)
        {
            inner.Run(new ActionJob { Action = (_, _) => Interlocked.Increment(ref done) }, 10);

            // The outer pool must still know who it is.
            outer.Run(new ActionJob { Action = (_, again) => { if (again != worker) Interlocked.Increment(ref strangers); } }, 3);
        }
    }

    [TestCase(2)]
    [TestCase(4)]
    public void Thousands_of_short_jobs_lose_nothing(int threads)
    {
        using var pool = new CpuPool(threads);
        var done = new int[8];
        for (int run = 0; run < 5000; run++)
            pool.Run(new CountJob { Done = done }, 8);
        Assert.That(done, Is.All.EqualTo(5000));
    }

    [Test]
    public void Workers_that_sleep_wake_up()
    {
        using var pool = new CpuPool(4);
        var done = new int[8];
        for (int run = 0; run < 20; run++)
        {
            // Far longer than workers spin.
            Thread.Sleep(5);
            pool.Run(new CountJob { Done = done }, 8);
        }

        Assert.That(done, Is.All.EqualTo(20));
    }

    [Test]
    public void No_wake_up_is_lost_when_pauses_are_as_long_as_workers_spin()
    {
        // More workers than processors, and pauses around the moment when they fall asleep: what breaks a wrong hand-shake.
        var random = new Random(7);
        var watch = Stopwatch.StartNew();
        int runs = 0;
        var done = new int[5];
        var job = new Thread(Stress) { IsBackground = true };
        job.Start();
        Assert.That(job.Join(TimeSpan.FromSeconds(60)), $"the pool hangs after {runs} runs");
        Assert.That(done, Is.All.EqualTo(runs));
        Assert.That(runs, Is.GreaterThan(100));

        void Stress()
        {
            using var pool = new CpuPool(4);
            for (; runs < 100_000 && watch.Elapsed < TimeSpan.FromSeconds(8); runs++)
            {
                pool.Run(new CountJob { Done = done }, done.Length);
                long pause = random.Next(4) == 0 ? random.Next(200) * Stopwatch.Frequency / 1_000_000 : 0;
                for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetTimestamp() - start < pause;)
                    Thread.SpinWait(4);
            }
        }
    }

    [Test]
    public void Runs_allocate_nothing()
    {
        using var pool = new CpuPool(2);
        var job = new CountJob { Done = new int[8] };
        pool.Run(job, 8);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int run = 0; run < 100; run++)
            pool.Run(job, 8);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void Disposing_ends_the_workers_awake_or_asleep()
    {
        var watch = Stopwatch.StartNew();
        for (int run = 0; run < 100; run++)
        {
            var pool = new CpuPool(4);
            if (run % 3 > 0)
                pool.Run(new CountJob { Done = new int[4] }, 4);
            if (run % 3 == 1)
                Thread.Sleep(1);
            pool.Dispose();
            pool.Dispose();
        }

        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(30)));
    }

    [Test]
    public void At_least_one_thread_is_needed() => Assert.That(() => new CpuPool(0), Throws.TypeOf<ArgumentOutOfRangeException>());

    private struct CountJob : ICpuJob
    {
        public int[] Done;

        public readonly void Execute(int ticket, int worker) => Interlocked.Increment(ref Done[ticket]);
    }

    private struct ActionJob : ICpuJob
    {
        public Action<int, int> Action;

        public readonly void Execute(int ticket, int worker) => Action(ticket, worker);
    }
}

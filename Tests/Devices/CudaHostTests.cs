using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Devices.Cuda;
using SegFromScratch.Engine.Dialect;
using SegFromScratch.Engine.Memory;
using SegFromScratch.Tests.Devices.StandIn;
using Handle = SegFromScratch.Tests.Devices.StandIn.StandInDriver.Handle;

namespace SegFromScratch.Tests.Devices;

/// <summary>What the engine does with a CUDA driver: copies, events, graphs, times and errors, told by a driver that checks each call.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CudaHostTests : IDisposable
{
    private readonly StandInDriver _driver = StandInDriver.CreateOrIgnore();

    public void Dispose() => _driver.Dispose();

    [TearDown]
    public void No_rule_of_CUDA_was_broken() => Assert.That(_driver.Faults, Is.Empty);

    [Test]
    public void Everything_taken_is_given_back()
    {
        using (CudaDevice device = _driver.Open())
        {
            DeviceBuffer buffer = Filled(device, new int[3_000_000]);
            Ramp(device, buffer, 300);
            device.WriteAhead(new int[100], 100);
            device.MeasureKernels();
            Ramp(device, buffer, 300);
            device.UseGraphs = true;
            _ = Read(device, buffer, 10);
        }

        Assert.That(Enum.GetValues<Handle>().Where(kind => kind != Handle.Function).Select(_driver.Live), Is.All.Zero);
        Assert.That(_driver.LiveMemory(pinned: false), Is.Zero);
        Assert.That(_driver.LiveMemory(pinned: true), Is.Zero);
    }

    [Test]
    public void Sources_may_change_as_soon_as_a_write_returns()
    {
        using CudaDevice device = _driver.Open();
        int[] numbers = [.. Enumerable.Range(0, 5_000_000)];
        DeviceBuffer buffer = Filled(device, numbers);
        Array.Fill(numbers, -1);
        Assert.That(Read(device, buffer, 5_000_000), Is.EqualTo(Enumerable.Range(0, 5_000_000)), "20 MB through pinned slots of 4");
    }

    [Test]
    public void Writes_and_launches_do_not_wait_for_the_device()
    {
        using CudaDevice device = _driver.Open();
        DeviceBuffer buffer = Filled(device, new int[300]);
        Ramp(device, buffer, 300);
        _driver.ForgetCalls();
        for (int i = 0; i < 3; i++)
        {
            device.Write<int>(buffer, [1, 2, 3]);
            Ramp(device, buffer, 300);
        }

        Assert.That(_driver.Calls, Has.None.EqualTo("cuStreamSynchronize").And.None.EqualTo("cuEventSynchronize"));
        Assert.That(_driver.Calls.Count(call => call == "cuLaunchKernel"), Is.EqualTo(3));
    }

    [Test]
    public void A_launch_is_one_call_of_the_driver_and_no_managed_memory()
    {
        using CudaDevice device = _driver.Open();
        DeviceBuffer buffer = Filled(device, new int[300]);
        Ramp(device, buffer, 300);
        _driver.ForgetCalls();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 50; i++)
            Ramp(device, buffer, 300);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(_driver.Calls, Is.EqualTo(Enumerable.Repeat("cuLaunchKernel", 50)));
        device.Synchronize();
    }

    [Test]
    public void Threads_take_the_context_when_they_turn_to_the_device()
    {
        using CudaDevice device = _driver.Open();
        DeviceBuffer buffer = Filled(device, new int[300]);
        Task.Run(() => Ramp(device, buffer, 300)).Wait();
        using CudaDevice other = _driver.Open();
        Ramp(other, Filled(other, new int[300]), 300);
        Assert.That(Read(device, buffer, 3), Is.EqualTo(new[] { 7, 9, 11 }));
    }

    [Test]
    public void Groups_too_large_for_a_kernel_are_cut()
    {
        _driver.Machine(largestGroup: 64);
        using CudaDevice device = _driver.Open();
        DeviceBuffer buffer = Filled(device, new int[300]);
        Ramp(device, buffer, 300);
        Assert.That(Read(device, buffer, 300), Is.EqualTo(Enumerable.Range(0, 300).Select(i => (2 * i) + 7)));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Copies_begun_ahead_arrive_and_do_not_run_into_those_before(bool fastBus)
    {
        _driver.EagerCopies(fastBus);
        using CudaDevice device = _driver.Open();
        DeviceBuffer sum = Filled(device, new float[1000]);
        DeviceBuffer zero = Filled(device, new float[1000]);
        float[][] batches = [.. Enumerable.Range(0, 3).Select(_ => new float[1000])];
        Array.Fill(batches[0], 1);
        device.WriteAhead(batches[0], 1000);
        for (int step = 0; step < 8; step++)
        {
            DeviceBuffer batch = device.Pool.Rent(4000, MemoryClass.Activations, "batch");
            device.Write<float>(batch, batches[step % 3].AsSpan(0, 1000));
            Add(device, sum, batch);
            Array.Fill(batches[(step + 1) % 3], 1 << (step + 1));
            device.WriteAhead(batches[(step + 1) % 3], 1000);
            Add(device, sum, zero);
            device.Pool.Return(batch, MemoryClass.Activations);
        }

        _driver.ForgetCalls();
        var read = new float[1000];
        device.Read<float>(sum, read);
        Assert.That(read, Is.All.EqualTo(255));
    }

    [Test]
    public void Only_the_array_that_was_begun_is_taken_from_ahead()
    {
        using CudaDevice device = _driver.Open();
        DeviceBuffer buffer = Filled(device, new int[3]);
        int[] ahead = [1, 2, 3];
        device.WriteAhead(ahead, 3);
        device.Write<int>(buffer, [7, 8, 9]);
        Assert.That(Read(device, buffer, 3), Is.EqualTo(new[] { 7, 8, 9 }));
        device.Write<int>(buffer, ahead.AsSpan(0, 2));
        Assert.That(Read(device, buffer, 3), Is.EqualTo(new[] { 1, 2, 9 }), "another length");
        _driver.ForgetCalls();
        device.Write<int>(buffer, ahead);
        Assert.That(_driver.Calls, Has.None.EqualTo("cuMemcpyHtoDAsync").And.One.EqualTo("cuMemcpyDtoDAsync"));
        ahead[0] = 5;
        device.Write<int>(buffer, ahead);
        Assert.That(Read(device, buffer, 3), Is.EqualTo(new[] { 5, 2, 3 }), "once only");
    }

    [Test]
    public void Graphs_are_made_once_then_updated_and_compute_the_same()
    {
        using CudaDevice device = _driver.Open();
        device.UseGraphs = true;
        DeviceBuffer sum = Filled(device, new float[1000]);
        int[] graphsAfter = new int[6];
        float expected = 0;
        for (int step = 0; step < 6; step++)
        {
            var batch = new float[1000];
            Array.Fill(batch, step + 1);
            if (step == 5)
                device.WriteAhead(batch, 1000);
            device.BeginGraph();
            DeviceBuffer input = device.Pool.Rent(4000, MemoryClass.Activations, "batch");
            device.Write<float>(input, batch);
            Add(device, sum, input);
            Add(device, sum, input);
            device.Pool.Return(input, MemoryClass.Activations);
            device.EndGraph();
            Array.Clear(batch);
            expected += 2 * (step + 1);
            graphsAfter[step] = device.Graphs.Made + device.Graphs.Updated;
        }

        var read = new float[1000];
        device.Read<float>(sum, read);
        Assert.That(read, Is.All.EqualTo(expected));
        Assert.That(graphsAfter, Is.EqualTo(new[] { 0, 0, 1, 2, 3, 4 }), "the first two rounds run plainly");
        Assert.That(device.Graphs, Is.EqualTo((2, 2)), "the copy begun ahead changes the form");
    }

    [Test]
    public void Reading_ends_a_graph_early()
    {
        using CudaDevice device = _driver.Open();
        device.UseGraphs = true;
        DeviceBuffer buffer = Filled(device, new int[300]);
        for (int round = 0; round < 4; round++)
        {
            device.BeginGraph();
            device.Clear(buffer, 1200);
            Ramp(device, buffer, 200);
            Assert.That(Read(device, buffer, 300)[199..201], Is.EqualTo(new[] { 405, 0 }));
            Ramp(device, buffer, 300);
            device.EndGraph();
            Assert.That(Read(device, buffer, 300)[299], Is.EqualTo(605));
        }

        Assert.That(device.Graphs, Is.EqualTo((1, 1)));
    }

    [Test]
    public void Buffers_freed_within_a_graph_are_used_first()
    {
        using CudaDevice device = _driver.Open();
        device.UseGraphs = true;
        DeviceBuffer sum = Filled(device, new float[100]);
        for (int round = 0; round < 4; round++)
        {
            device.BeginGraph();
            DeviceBuffer batch = Filled(device, Enumerable.Repeat(2f, 100).ToArray());
            Add(device, sum, batch);
            device.Pool.Return(batch, MemoryClass.Workspace);
            device.Pool.Trim();
            device.EndGraph();
        }

        var read = new float[100];
        device.Read<float>(sum, read);
        Assert.That(read, Is.All.EqualTo(8));
    }

    [Test]
    public void A_device_may_be_closed_within_a_graph()
    {
        using CudaDevice device = _driver.Open();
        device.UseGraphs = true;
        DeviceBuffer buffer = Filled(device, new int[300]);
        for (int round = 0; round < 3; round++)
        {
            device.BeginGraph();
            Ramp(device, buffer, 300);
        }
    }

    [Test]
    public void Kernels_are_timed_by_the_devices_clock()
    {
        using CudaDevice device = _driver.Open();
        DeviceBuffer buffer = Filled(device, new int[300]);
        Ramp(device, buffer, 300);
        using (Engine.Profiling.IKernelTimes times = device.MeasureKernels())
        {
            for (int i = 0; i < 3; i++)
                Ramp(device, buffer, 300);
            Add(device, buffer, buffer);
            Engine.Profiling.KernelTimeTable table = times.Read();

            // The stand-in's clock ticks once a command: event, kernel, event are two ticks of a millisecond, and one lies between launches.
            Assert.That(table.Kernels.Select(kernel => (kernel.Kernel, kernel.Count, Math.Round(kernel.Seconds, 6))), Is.EqualTo(new[] { ("HandWritten.ramp", 3L, 0.006), ("HandWritten.weighted_sum", 1L, 0.002) }));
            Assert.That(table.Span, Is.EqualTo(0.011).Within(1e-6));
            Assert.That(table.ShareOutside, Is.EqualTo(3.0 / 11).Within(1e-4));
        }

        _driver.ForgetCalls();
        Ramp(device, buffer, 300);
        Assert.That(_driver.Calls, Is.EqualTo(new[] { "cuLaunchKernel" }));
    }

    private static DeviceBuffer Filled<T>(CudaDevice device, T[] numbers)
        where T : unmanaged
    {
        DeviceBuffer buffer = device.Pool.Rent(numbers.Length * 4L, MemoryClass.Workspace, "test");
        device.Write<T>(buffer, numbers);
        return buffer;
    }

    private static int[] Read(CudaDevice device, DeviceBuffer buffer, int count)
    {
        var read = new int[count];
        device.Read<int>(buffer, read);
        return read;
    }

    private static void Ramp(CudaDevice device, DeviceBuffer buffer, int count)
    {
        CompiledKernel kernel = device.Kernel(HandWritten.Ramp, [2, 7]);
        kernel.Begin();
        kernel.Value(count);
        kernel.View(new ArrayView<int>(buffer, 0, count));
        kernel.Launch(count);
    }

    private static void Add(CudaDevice device, DeviceBuffer sum, DeviceBuffer term)
    {
        int count = (int)Math.Min(sum.Bytes, term.Bytes) / 4;
        CompiledKernel kernel = device.Kernel(HandWritten.WeightedSum, []);
        kernel.Begin();
        kernel.Value(count);
        kernel.Value(new HandWritten.Weights(1, 0, 1));
        kernel.View(new ArrayView<float>(sum, 0, count));
        kernel.View(new ArrayView<float>(term, 0, count));
        kernel.View(new ArrayView<float>(sum, 0, count));
        kernel.Launch(count);
    }
}

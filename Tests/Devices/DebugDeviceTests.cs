using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Devices.Debug;
using SegFromScratch.Engine.Dialect;
using SegFromScratch.Engine.Memory;

namespace SegFromScratch.Tests.Devices;

[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class DebugDeviceTests : IDisposable
{
    private static readonly KernelDefinition s_implicit = HandWritten.Kernel("debugged", isImplicit: true, "", "");
    private static readonly KernelDefinition s_grouped = HandWritten.Kernel("debugged", isImplicit: false, "", "");
    private readonly DebugDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Test]
    public void Implicit_kernels_run_once_for_each_index()
    {
        ArrayView<int> view = View<int>("counts", 10);
        for (int i = 0; i < 10; i++)
            view[i] = 0;
        DebugDevice.Run(s_implicit, 10, index => view[index] += index + 1);
        Assert.That(Enumerable.Range(0, 10).Select(i => view[i]), Is.EqualTo(Enumerable.Range(1, 10)));
    }

    [TestCase(10)]
    [TestCase(-1)]
    public void Index_errors_name_buffer_kernel_and_index(int bad)
    {
        ArrayView<float> view = View<float>("weights", 10);
        Assert.That(
            () => DebugDevice.Run(s_implicit, 5, index => view[index == 3 ? bad : index] = 0),
            Throws.TypeOf<KernelFaultException>().With.Message.EqualTo($"index {bad} is outside buffer 'weights' of 10 elements (kernel HandWritten.debugged, index 3)"));
    }

    [Test]
    public void Index_errors_in_groups_name_the_work_item()
    {
        ArrayView<float> view = View<float>("weights", 100);
        Assert.That(
            () => DebugDevice.Run(s_grouped, new LaunchSize(1, 2, 1, 2, 1, 1), () => view[Grid.IdxY == 1 && Group.IdxX == 1 ? 100 : (2 * Grid.IdxY) + Group.IdxX] = 0),
            Throws.TypeOf<KernelFaultException>().With.Message.EqualTo(
                "index 100 is outside buffer 'weights' of 100 elements (kernel HandWritten.debugged, group (0, 1, 0), work-item (1, 0, 0))"));
    }

    [TestCase(1, 0, 0, 0, "image 1 is outside 0..0")]
    [TestCase(0, 3, 0, 0, "channel 3 is outside 0..2")]
    [TestCase(0, 0, 4, 0, "row 4 is outside 0..3")]
    [TestCase(0, 0, 0, -1, "column -1 is outside 0..4")]
    public void Dimension_errors_name_the_dimension_though_the_offset_lies_in_the_buffer(int n, int c, int y, int x, string words)
    {
        var layout = new TensorLayout(1, 3, 4, 5, 1);
        var tensor = new TensorView(View<float>("image", 2 * layout.Length), layout);
        Assert.That(
            () => DebugDevice.Run(s_implicit, 1, _ => tensor[n, c, y, x] = 0),
            Throws.TypeOf<KernelFaultException>().With.Message.StartsWith(words).And.Message.Contains("'image'").And.Message.Contains("kernel HandWritten.debugged, index 0"));
    }

    [Test]
    public void Groups_share_memory_behind_barriers()
    {
        ArrayView<int> view = View<int>("numbers", 32);
        for (int i = 0; i < 32; i++)
            view[i] = i;
        DebugDevice.Run(s_grouped, new LaunchSize(4, 8), () =>
        {
            ArrayView<int> tile = SharedMemory.Allocate<int>(8);
            ArrayView<int> second = SharedMemory.Allocate<int>(8);
            int t = Group.IdxX;
            int start = Grid.IdxX * 8;
            tile[t] = view[start + t];
            Group.Barrier();
            second[t] = tile[7 - t];
            Group.Barrier();
            view[start + t] = second[(t + 1) % 8];
        });
        Assert.That(
            Enumerable.Range(0, 32).Select(i => view[i]),
            Is.EqualTo(Enumerable.Range(0, 32).Select(i => (i / 8 * 8) + 7 - ((i + 1) % 8))));
    }

    [Test]
    public void Every_work_item_of_three_dimensions_knows_its_place()
    {
        var size = new LaunchSize(2, 3, 2, 2, 1, 3);
        ArrayView<int> view = View<int>("places", size.Groups * size.GroupSize);
        for (int i = 0; i < view.Length; i++)
            view[i] = 0;
        DebugDevice.Run(s_grouped, size, () =>
        {
            int group = (((Grid.IdxZ * Grid.DimY) + Grid.IdxY) * Grid.DimX) + Grid.IdxX;
            int item = (((Group.IdxZ * Group.DimY) + Group.IdxY) * Group.DimX) + Group.IdxX;
            Atomic.Add(ref view[(group * Group.DimX * Group.DimY * Group.DimZ) + item], 1);
        });
        Assert.That(Enumerable.Range(0, view.Length).Select(i => view[i]), Is.All.EqualTo(1));
    }

    [Test]
    public void Barriers_that_one_work_item_leaves_out_are_caught() => AssertDivergent(() =>
    {
        if (Group.IdxX != 2)
            Group.Barrier();
    });

    [Test]
    public void Barriers_in_loops_of_different_length_are_caught() => AssertDivergent(() =>
    {
        for (int i = 0; i <= Group.IdxX; i++)
            Group.Barrier();
    });

    [Test]
    public void Work_items_that_come_late_to_a_barrier_that_another_left_out_are_caught() => AssertDivergent(() =>
    {
        if (Group.IdxX == 0)
            return;
        Thread.Sleep(20);
        Group.Barrier();
    });

    [Test]
    public void Failures_of_one_work_item_free_those_that_wait()
    {
        Exception? failure = RunWithin(20, () => DebugDevice.Run(s_grouped, new LaunchSize(3, 8), () =>
        {
            if (Group.IdxX == 5)
                throw new InvalidDataException("five");
            Group.Barrier();
        }));
        Assert.That(failure, Is.TypeOf<InvalidDataException>().With.Message.EqualTo("five"));
    }

    [Test]
    public void Barriers_and_shared_memory_need_a_group()
    {
        Assert.That(() => DebugDevice.Run(s_implicit, 1, _ => Group.Barrier()), Throws.TypeOf<KernelFaultException>());
        Assert.That(() => DebugDevice.Run(s_implicit, 1, _ => SharedMemory.Allocate<int>(1)), Throws.TypeOf<KernelFaultException>());
    }

    [Test]
    public void Groups_of_another_size_than_the_kernel_is_written_for_are_refused()
    {
        var definition = new KernelDefinition { Name = "K", EntryPoint = "k", OpenCl = null, Cuda = null, CSharp = "", IsImplicitlyGrouped = false, UsesBarrier = false, GroupSize = 64 };
        Assert.That(() => DebugDevice.Run(definition, new LaunchSize(1, 32), () => { }), Throws.TypeOf<KernelFaultException>().With.Message.Contains("64"));
    }

    [Test]
    public void Memory_that_nobody_has_written_reads_as_not_a_number()
    {
        ArrayView<float> fresh = View<float>("fresh", 4);
        Assert.That(fresh[3], Is.NaN);
        var seen = new float[3];
        DebugDevice.Run(s_implicit, 3, index =>
        {
            ArrayView<float> local = LocalMemory.Allocate<float>(2);
            seen[index] = local[1];
            local[1] = 5;
        });
        Assert.That(seen, Is.All.NaN, "what an earlier work-item left does not help");
    }

    [Test]
    public void Buffers_give_back_what_was_written()
    {
        DeviceBuffer buffer = _device.Pool.Rent(16, MemoryClass.Workspace, "four");
        _device.Write<float>(buffer, [1, 2, 3, 4]);
        _device.Clear(buffer, 8);
        var read = new float[4];
        _device.Read<float>(buffer, read);
        Assert.That(read, Is.EqualTo(new float[] { 0, 0, 3, 4 }));
    }

    [Test]
    public void Copies_longer_than_the_buffer_are_refused()
    {
        DeviceBuffer buffer = _device.Pool.Rent(256, MemoryClass.Workspace, "short");
        Assert.That(() => _device.Write<byte>(buffer, new byte[257]), Throws.ArgumentException);
        Assert.That(() => _device.Read<byte>(buffer, new byte[257]), Throws.ArgumentException);
    }

    private static void AssertDivergent(Action kernel)
    {
        Exception? failure = RunWithin(20, () => DebugDevice.Run(s_grouped, new LaunchSize(2, 4), kernel));
        Assert.That(failure, Is.TypeOf<KernelFaultException>().With.Message.Contains("divergent barrier").And.Message.Contains("HandWritten.debugged"));
    }

    // A barrier that hangs must fail the test, not hang it.
    private static Exception? RunWithin(int seconds, Action action)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                action();
            }
            catch (Exception e)
            {
                failure = e;
            }
        })
        { IsBackground = true };
        thread.Start();
        Assert.That(thread.Join(TimeSpan.FromSeconds(seconds)), "the work-items hang");
        return failure;
    }

    private ArrayView<T> View<T>(string name, int length)
        where T : unmanaged =>
        new(_device.Pool.Rent(length * 4L, MemoryClass.Workspace, name), 0, length);
}

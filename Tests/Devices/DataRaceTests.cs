using System.Runtime.CompilerServices;
using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Devices.Debug;
using SegFromScratch.Engine.Dialect;
using SegFromScratch.Engine.Memory;

namespace SegFromScratch.Tests.Devices;

/// <summary>The debug device finds work-items that use one element with no barrier between, and names both lines; what barriers keep apart it lets pass.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class DataRaceTests : IDisposable
{
    private static readonly KernelDefinition s_implicit = HandWritten.Kernel("racing", isImplicit: true, "", "");
    private static readonly KernelDefinition s_grouped = HandWritten.Kernel("racing", isImplicit: false, "", "");
    private readonly DebugDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Test]
    public void A_neighbour_read_before_the_barrier_names_both_lines()
    {
        int writes = 0, reads = 0;
        ArrayView<float> output = View("output", 4);
        KernelFaultException fault = Assert.Throws<KernelFaultException>(() => Groups(1, 4, () =>
        {
            ArrayView<float> tile = SharedMemory.Allocate<float>(4);
            writes = Line();
            tile[Group.IdxX] = Group.IdxX;
            reads = Line();
            output[Group.IdxX] = tile[3 - Group.IdxX];
        }))!;
        Assert.That(fault.Message, Is.EqualTo(
            "data race on element 1 of buffer 'shared memory 0': "
            + $"work-item (1, 0, 0) writes it at DataRaceTests.cs:{writes + 1} and work-item (2, 0, 0) uses it at DataRaceTests.cs:{reads + 1}, with no barrier between (kernel HandWritten.racing)"));
    }

    [Test]
    public void A_tile_that_is_written_again_before_all_have_read_it_is_a_race() => AssertRace("shared memory 0", () =>
    {
        ArrayView<int> tile = SharedMemory.Allocate<int>(4);
        int sum = 0;
        for (int round = 0; round < 3; round++)
        {
            tile[Group.IdxX] = round + Group.IdxX;
            Group.Barrier();
            sum += tile[(Group.IdxX + 1) % 4];
        }
    });

    [Test]
    public void The_same_tile_with_both_barriers_is_none()
    {
        ArrayView<float> output = View("output", 8);
        Groups(2, 4, () =>
        {
            ArrayView<float> tile = SharedMemory.Allocate<float>(4);
            float sum = 0;
            for (int round = 0; round < 3; round++)
            {
                tile[Group.IdxX] = round + Group.IdxX;
                Group.Barrier();
                sum += tile[(Group.IdxX + 1) % 4];
                Group.Barrier();
            }

            output[(Grid.IdxX * 4) + Group.IdxX] = sum;
        });
        Assert.That(Enumerable.Range(0, 8).Select(i => output[i]), Is.EqualTo(new float[] { 6, 9, 12, 3, 6, 9, 12, 3 }));
    }

    [Test]
    public void Two_that_write_one_element_race()
    {
        ArrayView<float> output = View("output", 1);
        AssertRace("output", () => output[0] = Group.IdxX);
    }

    [Test]
    public void Barriers_do_not_keep_groups_apart()
    {
        ArrayView<float> total = View("total", 1);
        total[0] = 0;
        Assert.That(
            () => Groups(2, 1, () =>
            {
                total[0] += 1;
                Group.Barrier();
            }),
            Throws.TypeOf<KernelFaultException>().With.Message.StartsWith("data race on element 0 of buffer 'total': group (0, 0, 0), work-item (0, 0, 0) writes it"));
    }

    [Test]
    public void A_reader_of_an_earlier_group_races_with_a_writer_of_a_later_one()
    {
        ArrayView<float> cell = View("cell", 1);
        cell[0] = 1;
        Assert.That(
            () => Groups(2, 2, () =>
            {
                float seen = cell[0];
                Group.Barrier();
                if (Grid.IdxX == 1 && Group.IdxX == 1)
                    cell[0] = seen + 1;
            }),
            Throws.TypeOf<KernelFaultException>().With.Message.StartsWith("data race on element 0 of buffer 'cell'"));
    }

    [Test]
    public void Indices_that_read_what_others_write_race()
    {
        ArrayView<float> row = View("row", 8);
        for (int i = 0; i < 8; i++)
            row[i] = i;
        Assert.That(
            () => DebugDevice.Run(s_implicit, 7, index => row[index] = 2 * row[index + 1]),
            Throws.TypeOf<KernelFaultException>().With.Message.StartsWith("data race on element 1 of buffer 'row': index 1 writes it at DataRaceTests.cs:")
                .And.Message.Contains("and index 0 uses it at DataRaceTests.cs:"));
    }

    [Test]
    public void In_place_kernels_and_common_readers_are_no_race()
    {
        ArrayView<float> row = View("row", 8), factor = View("factor", 1);
        for (int i = 0; i < 8; i++)
            row[i] = i;
        factor[0] = 3;
        DebugDevice.Run(s_implicit, 8, index =>
        {
            row[index] += 1;
            row[index] *= factor[0];
        });
        Assert.That(row[7], Is.EqualTo(24));
    }

    [Test]
    public void Elements_counted_by_atomic_operations_are_left_out()
    {
        var count = new ArrayView<int>(_device.Pool.Rent(4, MemoryClass.Workspace, "count"), 0, 1);
        count[0] = 0;
        DebugDevice.Run(s_implicit, 10, index => Atomic.Add(ref count[0], index));
        Assert.That(count[0], Is.EqualTo(45));
    }

    [Test]
    public void Private_memory_is_nobody_elses() => DebugDevice.Run(s_implicit, 4, index =>
    {
        ArrayView<float> own = LocalMemory.Allocate<float>(1);
        own[0] = index;
    });

    private static void AssertRace(string buffer, Action kernel) =>
        Assert.That(() => Groups(1, 4, kernel), Throws.TypeOf<KernelFaultException>().With.Message.StartsWith("data race on element").And.Message.Contains($"'{buffer}'"));

    private static void Groups(int groups, int items, Action kernel) => DebugDevice.Run(s_grouped, new LaunchSize(groups, items), kernel);

    private static int Line([CallerLineNumber] int line = 0) => line + 0;

    private ArrayView<float> View(string name, int length) => new(_device.Pool.Rent(4L * length, MemoryClass.Workspace, name), 0, length);
}

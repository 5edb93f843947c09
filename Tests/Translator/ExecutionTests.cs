using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Dialect;
using SegFromScratch.Engine.Memory;
using SegFromScratch.Tests.Translator.Kernels;

namespace SegFromScratch.Tests.Translator;

/// <summary>Every device gives the same results: the C# as written, its loops, and the texts. Arguments are such that results are exact.</summary>
[TestFixture("debug")]
[TestFixture("cpu")]
[DeviceTestFixture("opencl")]
[DeviceTestFixture("cuda")]
public sealed class ExecutionTests(string name)
{
    private Device _device = null!;

    [OneTimeSetUp]
    public void Open()
    {
        try
        {
            _device = DeviceCatalog.Open(name, threads: 2);
        }
        catch (DeviceException e)
        {
            Assert.Ignore(e.Message);
        }
    }

    [OneTimeTearDown]
    public void Close() => _device?.Dispose();

    [Test]
    public void Saxpy_adds_a_multiple()
    {
        ArrayView<float> x = View<float>([1, 2, 3]);
        ArrayView<float> y = View<float>([10, 20, 30]);
        PlainLauncher.Saxpy(_device, 3, 2f, x, y);
        Assert.That(Read(y), Is.EqualTo(new float[] { 12, 24, 36 }));
    }

    [Test]
    public void An_empty_launch_does_nothing()
    {
        ArrayView<float> y = View<float>([10]);
        PlainLauncher.Saxpy(_device, 0, 2f, y, y);
        GroupLauncher.Scale(_device, new LaunchSize(0, 64), 2f, y, y);
        Assert.That(Read(y), Is.EqualTo(new float[] { 10 }));
    }

    [TestCase(BorderMode.Clamp, false, new float[] { 9, 14, 20, 23 })]
    [TestCase(BorderMode.Zero, true, new float[] { -8, -14, -20, -11 })]
    public void Filter_uses_specialised_values_structs_and_enums(BorderMode mode, bool negate, float[] expected)
    {
        // Taps 1, 2, 3 over 1, 2, 3, 4: clamped borders repeat the first and the last element.
        ArrayView<float> output = View(new float[4]);
        PlainLauncher.Filter(_device, 4, new FilterShape(4, 3, false), mode, negate, View<float>([1, 2, 3, 4]), default, output, new SpecializedValue<int>(3));
        Assert.That(Read(output), Is.EqualTo(expected));
    }

    [Test]
    public void Activate_devirtualises_and_skips_padding([Values(1, 4)] int block)
    {
        var layout = new TensorLayout(2, 3, 2, 2, block);
        float[] values = [.. Enumerable.Range(0, layout.Length).Select(i => i - 10f)];
        ArrayView<float> y = View(new float[layout.Length]);
        PlainLauncher.Activate(_device, layout.Length, 0, new TensorView(View(values), layout), new TensorView(y, layout));
        float[] expected = [.. values.Select((value, i) => layout.Position(i).C < 3 ? MathF.Max(value, 0) : 0)];
        Assert.That(Read(y), Is.EqualTo(expected));
    }

    [Test]
    public void Maximum_gives_nan_as_csharp_does()
    {
        var layout = new TensorLayout(1, 1, 1, 2, 1);
        ArrayView<float> y = View(new float[2]);
        PlainLauncher.Activate(_device, 2, 0, new TensorView(View([float.NaN, -1f]), layout), new TensorView(y, layout));
        Assert.That(Read(y), Is.EqualTo(new[] { float.NaN, 0f }));
    }

    [Test]
    public void BoxSum_passes_tensors_to_helpers()
    {
        ArrayView<float> sums = View(new float[6]);
        PlainLauncher.BoxSum(_device, 6, new TensorView(View<float>([1, 2, 3, 4, 5, 6]), new TensorLayout(1, 1, 2, 3, 1)), sums);
        Assert.That(Read(sums), Is.EqualTo(new float[] { 12, 21, 16, 12, 21, 16 }));
    }

    [Test]
    public void Hash_is_exact()
    {
        ArrayView<uint> hashes = View(new uint[1000]);
        ArrayView<int> shifted = View(new int[1000]);
        PlainLauncher.Hash(_device, 1000, 12345u, hashes, shifted);
        uint[] expected = new uint[1000];
        int[] expectedShifts = new int[1000];
        for (int i = 0; i < 1000; i++)
        {
            ulong state = unchecked(12345u + ((ulong)i * 0x9E3779B97F4A7C15UL));
            for (int round = 0; round < 3; round++)
                state = unchecked((state ^ (state >> 33)) * 0xFF51AFD7ED558CCDUL);
            uint low = unchecked((uint)state), high = (uint)(state >> 32);
            expected[i] = low ^ high;
            int signed = unchecked((int)low);
            expectedShifts[i] = (int)(low >> 3) + (signed >> (int)(high % 32)) - ((int)(1u << ((i + 30) % 32)) % 7);
        }

        Assert.Multiple(() =>
        {
            Assert.That(Read(hashes), Is.EqualTo(expected));
            Assert.That(Read(shifted), Is.EqualTo(expectedShifts));
        });
    }

    [Test]
    public void Convert_saturates_and_reads_bits()
    {
        ArrayView<int> rounded = View(new int[5]);
        ArrayView<int> bits = View(new int[5]);
        PlainLauncher.Convert(_device, 5, View([2.5f, -3.5f, 1e20f, float.NaN, -20f]), rounded, bits);
        Assert.Multiple(() =>
        {
            Assert.That(Read(rounded), Is.EqualTo(new[] { 2, -4, int.MaxValue, 0, -20 }));
            Assert.That(Read(bits), Is.EqualTo(new[] { 0x40200000, unchecked((int)0xC0600000), 0x41200000, -1, unchecked((int)0xC1200000) }));
        });
    }

    [Test]
    public void Search_leaves_loops_and_keeps_parameters()
    {
        ArrayView<int> found = View(new int[4]);
        PlainLauncher.Search(_device, 4, View([-5, 2, 0, 1, 0]), 5, found);
        Assert.That(Read(found), Is.EqualTo(new[] { 2, 3, 1, -4 }));
    }

    [Test]
    public void Count_adds_atomically()
    {
        ArrayView<int> counts = View(new int[8]);
        PlainLauncher.Count(_device, 20000, View([.. Enumerable.Range(0, 20000)]), counts);
        Assert.That(Read(counts), Is.EqualTo(Enumerable.Repeat(2500, 8)));
    }

    [Test]
    public void Scale_runs_a_grid()
    {
        ArrayView<float> y = View(new float[10]);
        GroupLauncher.Scale(_device, new LaunchSize(3, 4), 3f, View<float>([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]), y);
        Assert.That(Read(y), Is.EqualTo(new float[] { 0, 3, 6, 9, 12, 15, 18, 21, 24, 27 }));
    }

    [Test]
    public void GroupSum_meets_at_barriers()
    {
        ArrayView<float> sums = View(new float[2 + 100]);
        GroupLauncher.GroupSum(_device, new LaunchSize(2, 64), View([.. Enumerable.Range(1, 100).Select(i => (float)i)]), sums);
        float[] expected = [2080, 2970, .. Enumerable.Range(1, 100).Select(i => i + (i <= 64 ? 2080f : 2970f))];
        Assert.That(Read(sums), Is.EqualTo(expected));
    }

    [Test]
    public void Product_keeps_local_memory_across_barriers()
    {
        const int Rows = 19, Inner = 21, Columns = 33;
        float[] a = [.. Enumerable.Range(0, Rows * Inner).Select(i => (float)(i * 7 % 5 - 2))];
        float[] b = [.. Enumerable.Range(0, Inner * Columns).Select(i => (float)(i * 3 % 7 - 3))];
        ArrayView<float> c = View(new float[Rows * Columns]);
        GroupLauncher.Product(_device, new LaunchSize(3, 2, 1, 4, 16, 1), Rows, Inner, Columns, View(a), View(b), c);
        float[] expected = new float[Rows * Columns];
        for (int i = 0; i < expected.Length; i++)
            expected[i] = Enumerable.Range(0, Inner).Sum(k => a[(i / Columns * Inner) + k] * b[(k * Columns) + (i % Columns)]);
        Assert.That(Read(c), Is.EqualTo(expected));
    }

    [Test]
    public void Rounds_ends_with_the_whole_group()
    {
        ArrayView<int> values = View(new int[12]);
        GroupLauncher.Rounds(_device, new LaunchSize(3, 4), 3, View([0, 2, 9]), values);

        // A round adds the right neighbour: 0123 -> 1353 -> 4884 -> 12 16 12 8; odd work-items write nothing.
        Assert.That(Read(values), Is.EqualTo(new[] { 0, 0, 0, 0, 402, 0, 802, 0, 1203, 0, 1203, 0 }));
    }

    [Test]
    public void Own_gives_each_item_its_parameters()
    {
        // 10 11 12 -> 22 22 22 -> 44 44 44.
        ArrayView<int> values = View(new int[3]);
        GroupLauncher.Own(_device, new LaunchSize(1, 3), 10, 2, values);
        Assert.That(Read(values), Is.EqualTo(new[] { 44, 44, 44 }));
    }

    private unsafe ArrayView<T> View<T>(T[] values)
        where T : unmanaged
    {
        DeviceBuffer buffer = _device.Pool.Rent(values.Length * (long)sizeof(T), MemoryClass.Workspace, "test");
        _device.Write<T>(buffer, values);
        return new ArrayView<T>(buffer, 0, values.Length);
    }

    private T[] Read<T>(ArrayView<T> view)
        where T : unmanaged
    {
        T[] result = new T[view.Length];
        _device.Read(view.Buffer!, result.AsSpan());
        return result;
    }
}

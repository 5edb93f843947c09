using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Devices.Cuda;
using SegFromScratch.Engine.Devices.OpenCl;
using SegFromScratch.Engine.Dialect;
using SegFromScratch.Engine.Memory;
using SegFromScratch.Tests.Devices.StandIn;

namespace SegFromScratch.Tests.Devices;

/// <summary>What every device must do whose driver compiles the kernels.</summary>
[TestFixtureSource(nameof(Names))]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CompiledDeviceTests(string name) : IDisposable
{
    private const string StandInName = "stand-in";
    private string _folder = "";
    private StandInDriver? _standIn;
    private CompiledDevice _device = null!;

    /// <summary>The devices of this machine, and the one that stands in for an NVIDIA GPU.</summary>
    private static IEnumerable<string> Names => TestDevices.Usable.Where(kind => kind is "opencl" or "cuda").Append(StandInName);

    [SetUp]
    public void Open()
    {
        _standIn = name == StandInName ? StandInDriver.CreateOrIgnore() : null;
        _folder = Directory.CreateTempSubdirectory("seg-kernels-").FullName;
        _device = OpenDevice();
    }

    public void Dispose()
    {
        _device?.Dispose();
        if (_folder.Length > 0)
            Directory.Delete(_folder, recursive: true);
        string faults = _standIn?.Faults ?? "";
        _standIn?.Dispose();
        if (faults.Length > 0)
            throw new InvalidOperationException(faults);
    }

    [Test]
    public void Buffers_give_back_what_was_written_and_what_was_cleared()
    {
        DeviceBuffer buffer = Rent(1000 * sizeof(float));
        float[] numbers = Numbers(1000, seed: 1);
        _device.Write<float>(buffer, numbers);
        var read = new float[1000];
        _device.Read<float>(buffer, read);
        Assert.That(read, Is.EqualTo(numbers));

        _device.Clear(buffer, 10 * sizeof(float));
        _device.Read<float>(buffer, read);
        Assert.That(read, Is.EqualTo((float[])[.. new float[10], .. numbers[10..]]));
    }

    [Test]
    public void Clear_of_an_odd_number_of_bytes_stops_there()
    {
        DeviceBuffer buffer = Rent(16);
        _device.Write<byte>(buffer, [1, 2, 3, 4, 5, 6, 7, 8]);
        _device.Clear(buffer, 5);
        var read = new byte[8];
        _device.Read<byte>(buffer, read);
        Assert.That(read, Is.EqualTo(new byte[] { 0, 0, 0, 0, 0, 6, 7, 8 }));
    }

    [Test]
    public void Copies_longer_than_the_buffer_are_refused()
    {
        DeviceBuffer buffer = Rent(256);
        Assert.That(() => _device.Write<byte>(buffer, new byte[257]), Throws.ArgumentException);
        Assert.That(() => _device.Read<byte>(buffer, new byte[257]), Throws.ArgumentException);
    }

    [TestCase(1)]
    [TestCase(127)]
    [TestCase(128)]
    [TestCase(1000)]
    public void Views_at_offsets_and_a_struct_by_value_arrive(int count)
    {
        float[] x = Numbers(2000, seed: 2);
        float[] y = Numbers(2000, seed: 3);
        DeviceBuffer bufferX = Filled(x);
        DeviceBuffer bufferY = Filled(y);
        DeviceBuffer bufferZ = Filled(new float[2000]);

        CompiledKernel kernel = _device.Kernel(HandWritten.WeightedSum, []);
        kernel.Begin();
        kernel.Value(count);
        kernel.Value(new HandWritten.Weights(2, -1, -4));
        kernel.View(new ArrayView<float>(bufferX, 7, count));
        kernel.View(new ArrayView<float>(bufferY, 500, count));
        kernel.View(new ArrayView<float>(bufferZ, 3, count));
        kernel.Launch(count);

        var expected = new float[2000];
        for (int i = 0; i < count; i++)
            expected[3 + i] = (2 * x[7 + i]) - (4 * y[500 + i]);
        var read = new float[2000];
        _device.Read<float>(bufferZ, read);
        Assert.That(read, Is.EqualTo(expected));
    }

    [Test]
    public void Constants_make_kernels_of_their_own()
    {
        Assert.That(RunRamp(_device, 3, -5), Is.EqualTo(Enumerable.Range(0, 300).Select(i => (3 * i) - 5)));
        Assert.That(RunRamp(_device, -1, 7), Is.EqualTo(Enumerable.Range(0, 300).Select(i => 7 - i)));
        Assert.That(_device.Kernel(HandWritten.Ramp, [3, -5]), Is.SameAs(_device.Kernel(HandWritten.Ramp, [3, -5])));
        Assert.That(_device.Kernel(HandWritten.Ramp, [3, -5]), Is.Not.SameAs(_device.Kernel(HandWritten.Ramp, [-1, 7])));
        Assert.That(() => _device.Kernel(HandWritten.Ramp, [3]), Throws.ArgumentException);
    }

    [Test]
    public void Empty_views_have_no_memory_and_no_length()
    {
        DeviceBuffer result = Filled([-1, -1]);
        CompiledKernel kernel = _device.Kernel(HandWritten.LengthOf, []);
        kernel.Begin();
        kernel.View(default(ArrayView<float>));
        kernel.View(new ArrayView<int>(result, 0, 2));
        kernel.Launch(new LaunchSize(1, 1));
        var read = new int[2];
        _device.Read<int>(result, read);
        Assert.That(read, Is.EqualTo(new[] { 0, 1 }));
    }

    [Test]
    public void Groups_share_local_memory_behind_a_barrier()
    {
        DeviceBuffer buffer = Filled([.. Enumerable.Range(0, 256)]);
        CompiledKernel kernel = _device.Kernel(HandWritten.Reverse, []);
        kernel.Begin();
        kernel.View(new ArrayView<int>(buffer, 0, 256));
        kernel.Launch(new LaunchSize(4, 64));
        var read = new int[256];
        _device.Read<int>(buffer, read);
        Assert.That(read, Is.EqualTo(Enumerable.Range(0, 256).Select(i => (i / 64 * 64) + 63 - (i % 64))));
    }

    [Test]
    public void Grids_have_three_dimensions()
    {
        var size = new LaunchSize(3, 2, 4, 2, 5, 3);
        int count = size.Groups * size.GroupSize;
        DeviceBuffer buffer = Filled(new int[count]);
        CompiledKernel kernel = _device.Kernel(HandWritten.Places, []);
        kernel.Begin();
        kernel.View(new ArrayView<int>(buffer, 0, count));
        kernel.Launch(size);

        var expected = new int[count];
        for (int i = 0; i < count; i++)
        {
            (int x, int y, int z) = (i % 6, i / 6 % 10, i / 60);
            expected[i] = (x / 2) + (10 * (y / 5)) + (100 * (z / 3)) + (1000 * (x % 2)) + (10000 * (y % 5)) + (100000 * (z % 3));
        }

        var read = new int[count];
        _device.Read<int>(buffer, read);
        Assert.That(read, Is.EqualTo(expected));
    }

    [Test]
    public void Launches_of_nothing_do_nothing()
    {
        CompiledKernel kernel = _device.Kernel(HandWritten.Reverse, []);
        kernel.Begin();
        kernel.View(default(ArrayView<int>));
        Assert.That(() => kernel.Launch(new LaunchSize(0, 64)), Throws.Nothing);
        Assert.That(() => kernel.Launch(0), Throws.Nothing);
    }

    [Test]
    public void Launches_allocate_no_managed_memory()
    {
        DeviceBuffer buffer = Filled(new int[300]);
        LaunchRamp(_device, buffer, 2, 1);
        _device.Synchronize();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            LaunchRamp(_device, buffer, 2, 1);
        _device.Clear(buffer, 16);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        _device.Synchronize();
    }

    [Test]
    public void Text_that_does_not_compile_is_named_with_the_compilers_line()
    {
        DeviceException? failure = Assert.Throws<DeviceException>(() => _device.Kernel(HandWritten.Broken, []));
        Assert.That(failure!.Message, Does.Contain("HandWritten.broken").And.Contain("nowhere").And.Not.Contain("\n"));
        Assert.That((string)failure.Data["BuildLog"]!, Does.Contain("nowhere"));
    }

    [Test]
    public void Kernels_without_a_text_are_named()
    {
        var none = new KernelDefinition { Name = "None.Kernel", EntryPoint = "none", OpenCl = null, Cuda = null, CSharp = "", IsImplicitlyGrouped = true, UsesBarrier = false };
        Assert.That(() => _device.Kernel(none, []), Throws.TypeOf<DeviceException>().With.Message.Contains("None.Kernel"));
    }

    [Test]
    public void Groups_larger_than_the_device_holds_are_refused_by_name()
    {
        CompiledKernel kernel = _device.Kernel(HandWritten.Reverse, []);
        kernel.Begin();
        kernel.View(default(ArrayView<int>));
        Assert.That(() => kernel.Launch(new LaunchSize(1, 1 << 20)), Throws.TypeOf<DeviceException>().With.Message.Contains("HandWritten.reverse"));
    }

    [Test]
    public void More_memory_than_the_device_has_is_refused_with_the_numbers()
    {
        OutOfDeviceMemoryException? failure = Assert.Throws<OutOfDeviceMemoryException>(() => Rent(1L << 50));
        Assert.That(failure!.Message, Does.Contain("1024 TiB").And.Contain("are left"));
        Assert.That(RunRamp(_device, 1, 0), Has.Length.EqualTo(300), "the device works on");
    }

    [Test]
    public void Programs_come_from_the_cache_the_second_time()
    {
        int[] first = RunRamp(_device, 5, 1);
        Assert.That(Builds, Is.EqualTo((1, 0)));
        Reopen();
        Assert.That(RunRamp(_device, 5, 1), Is.EqualTo(first));
        Assert.That(Builds, Is.EqualTo((0, 1)));
        Assert.That(RunRamp(_device, 6, 1), Is.EqualTo(Enumerable.Range(0, 300).Select(i => (6 * i) + 1)));
        Assert.That(Builds, Is.EqualTo((1, 1)), "other constants are another program");
    }

    [Test]
    public void Damaged_cache_entries_are_compiled_anew()
    {
        int[] first = RunRamp(_device, 5, 1);
        string entry = Directory.GetFiles(_folder).Single();
        byte[] bytes = File.ReadAllBytes(entry);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(entry, bytes);
        Reopen();
        Assert.That(RunRamp(_device, 5, 1), Is.EqualTo(first));
        Assert.That(Builds, Is.EqualTo((1, 0)));
    }

    [Test]
    public void Cache_entries_that_the_driver_refuses_are_compiled_anew()
    {
        int[] first = RunRamp(_device, 5, 1);
        string key = Path.GetFileNameWithoutExtension(Directory.GetFiles(_folder).Single());
        new KernelCache(_folder).Store(key, "no program"u8.ToArray());
        Reopen();
        Assert.That(RunRamp(_device, 5, 1), Is.EqualTo(first));
        Assert.That(Builds, Is.EqualTo((1, 0)));
    }

    [Test]
    public void Two_devices_keep_their_kernels_and_buffers_apart()
    {
        using CompiledDevice second = OpenDevice();
        DeviceBuffer here = Filled(new int[300]);
        DeviceBuffer there = second.Pool.Rent(300 * sizeof(int), MemoryClass.Workspace, "there");
        LaunchRamp(_device, here, 2, 0);
        LaunchRamp(second, there, 3, 0);
        var readHere = new int[300];
        var readThere = new int[300];
        _device.Read<int>(here, readHere);
        second.Read<int>(there, readThere);
        Assert.That(readHere, Is.EqualTo(Enumerable.Range(0, 300).Select(i => 2 * i)));
        Assert.That(readThere, Is.EqualTo(Enumerable.Range(0, 300).Select(i => 3 * i)));
    }

    [Test]
    public void Devices_that_do_not_exist_are_refused() =>
        Assert.That(() => _standIn?.Open(99) ?? DeviceCatalog.Open($"{name}:99"), Throws.TypeOf<DeviceException>().With.Message.Contains($"{(_standIn is null ? name : "cuda")}:99"));

    private (int Compiled, int FromCache) Builds => _device.Builds;

    private static void LaunchRamp(CompiledDevice device, DeviceBuffer buffer, int factor, int shift)
    {
        CompiledKernel kernel = device.Kernel(HandWritten.Ramp, [factor, shift]);
        kernel.Begin();
        kernel.Value(300);
        kernel.View(new ArrayView<int>(buffer, 0, 300));
        kernel.Launch(300);
    }

    private static float[] Numbers(int count, int seed)
    {
        // Small integers, so that the answers are exact whether or not the device fuses products and sums.
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)random.Next(-100, 100))];
    }

    private int[] RunRamp(CompiledDevice device, int factor, int shift)
    {
        DeviceBuffer buffer = Filled(new int[300]);
        LaunchRamp(device, buffer, factor, shift);
        var read = new int[300];
        device.Read<int>(buffer, read);
        return read;
    }

    private DeviceBuffer Rent(long bytes) => _device.Pool.Rent(bytes, MemoryClass.Workspace, "test");

    private DeviceBuffer Filled<T>(T[] numbers)
        where T : unmanaged
    {
        DeviceBuffer buffer = Rent(numbers.Length * 4L);
        _device.Write<T>(buffer, numbers);
        return buffer;
    }

    private void Reopen()
    {
        _device.Dispose();
        _device = OpenDevice();
    }

    private CompiledDevice OpenDevice()
    {
        var cache = new KernelCache(_folder);
        return _standIn is not null ? new CudaDevice(_standIn.Platform, 0, cache) : name == "cuda" ? new CudaDevice(0, cache) : new OpenClDevice(0, cache);
    }
}

using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Devices.Cuda;
using SegFromScratch.Engine.Memory;
using SegFromScratch.Tests.Devices.StandIn;

namespace SegFromScratch.Tests.Devices;

/// <summary>What is said where a driver or its compiler is missing, old or fails: one line with what mends it, and nothing left open.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CudaFailureTests : IDisposable
{
    private readonly StandInDriver _driver = StandInDriver.CreateOrIgnore();

    public void Dispose() => _driver.Dispose();

    [TearDown]
    public void No_rule_of_CUDA_was_broken() => Assert.That(_driver.Faults, Is.Empty);

    [Test]
    public void No_driver() => Assert.That(() => new CudaDevice(CudaPlatform.Of("/nowhere/libcuda.so", null), 0, null), Refuses("no NVIDIA driver is installed"));

    [Test]
    public void No_compiler() => Assert.That(
        () => new CudaDevice(CudaPlatform.Of(_driver.DriverPath, "/nowhere/libnvrtc.so"), 0, null),
        Refuses("the NVIDIA driver is installed (CUDA 12.4), but not NVRTC, its compiler: install NVRTC 12 (package cuda-nvrtc-12-4, or the CUDA toolkit 12), or use --device opencl"));

    [Test]
    public void A_library_that_is_no_compiler() => Assert.That(
        () => new CudaDevice(CudaPlatform.Of(_driver.DriverPath, _driver.DriverPath), 0, null), Refuses("older than 11.2"));

    [Test]
    public void No_gpu()
    {
        _driver.Machine(gpus: 0);
        Assert.That(() => _driver.Open(), Refuses("the NVIDIA driver sees no GPU: no NVIDIA GPU is visible"));
    }

    [TestCase(999, "the NVIDIA driver does not start: CUDA_ERROR_999: restart the machine")]
    [TestCase(803, "update it and restart")]
    [TestCase(100, "no NVIDIA GPU is visible")]
    public void A_driver_that_does_not_start(int error, string words)
    {
        _driver.Fail("cuInit", error);
        Assert.That(() => _driver.Open(), Refuses(words));
    }

    [Test]
    public void A_gpu_too_old_for_the_compiler()
    {
        _driver.Machine(architecture: 35);
        Assert.That(() => _driver.Open(), Refuses("compiles for compute capability 5.0 and up, and this GPU has 3.5"));
    }

    [TestCase("cuDevicePrimaryCtxRetain", "opening Stand-in 0")]
    [TestCase("cuStreamCreate", "making a stream on Stand-in 0")]
    public void A_gpu_that_does_not_open_leaves_nothing_behind(string function, string words)
    {
        _driver.Fail(function, 46);
        Assert.That(() => _driver.Open(), Refuses(words));
        Assert.That(_driver.Live(StandInDriver.Handle.Context), Is.Zero);
        using CudaDevice device = _driver.Open();
        Assert.That(device.Description, Does.Contain("Stand-in 0"), "the next try opens it");
    }

    [Test]
    public void Gpus_are_found_by_their_number()
    {
        _driver.Machine(gpus: 3, architecture: 90);
        using CudaDevice device = _driver.Open(2);
        Assert.That(device.Name, Is.EqualTo("cuda:2"));
        Assert.That(device.Description, Is.EqualTo("Stand-in 2 (compute capability 9.0, 108 multiprocessors, driver for CUDA 12.4), NVRTC 12.4 for compute_90"));
        Assert.That(() => _driver.Open(3), Refuses("there is no device cuda:3: this machine has 3, counted from 0"));
    }

    [Test]
    public void A_compiler_newer_than_the_driver_makes_machine_code()
    {
        _driver.ToolkitVersion(12080);
        using CudaDevice device = _driver.Open();
        Assert.That(device.Description, Does.EndWith("NVRTC 12.8 for sm_80"));
        Assert.That(device.Kernel(HandWritten.Ramp, [1, 2]), Is.Not.Null);
    }

    [Test]
    public void Memory_that_waits_is_given_back_before_a_request_fails()
    {
        _driver.Memory(1 << 20);
        using CudaDevice device = _driver.Open();
        DeviceBuffer first = device.Pool.Rent(700_000, MemoryClass.Workspace, "first");
        OutOfDeviceMemoryException? failure = Assert.Throws<OutOfDeviceMemoryException>(() => device.Pool.Rent(700_001, MemoryClass.Workspace, "second"));
        Assert.That(failure!.Message, Does.Contain("no room for 683.8 KiB: 340.3 KiB of 1 MiB are left"));
        device.Pool.Return(first, MemoryClass.Workspace);
        Assert.That(device.Pool.Rent(800_000, MemoryClass.Workspace, "third").Bytes, Is.GreaterThanOrEqualTo(800_000));
    }

    [TestCase("cuMemcpyHtoDAsync", "writing buffer 'weights'")]
    [TestCase("cuMemsetD8Async", "clearing buffer 'weights'")]
    [TestCase("cuMemcpyDtoHAsync", "reading buffer 'weights'")]
    [TestCase("cuMemHostAlloc", "pinned memory")]
    [TestCase("cuEventRecord", "writing buffer 'weights'")]
    public void A_call_that_fails_names_what_was_done(string function, string words)
    {
        using CudaDevice device = _driver.Open();
        DeviceBuffer buffer = device.Pool.Rent(400, MemoryClass.Weights, "weights");
        _driver.Fail(function, 700);
        Assert.That(
            () =>
            {
                device.Write<float>(buffer, new float[100]);
                device.Clear(buffer, 400);
                device.Read<float>(buffer, new float[100]);
            },
            Refuses("CUDA failed while").And.Message.Contains(words).And.Message.Contains("--device debug finds where"));
    }

    [Test]
    public void A_launch_that_fails_names_kernel_and_size()
    {
        using CudaDevice device = _driver.Open();
        CompiledKernel kernel = device.Kernel(HandWritten.LengthOf, []);
        _driver.Fail("cuLaunchKernel", 701);
        kernel.Begin();
        kernel.View(default(Engine.Dialect.ArrayView<float>));
        kernel.View(default(Engine.Dialect.ArrayView<int>));
        Assert.That(() => kernel.Launch(new LaunchSize(3, 32)), Refuses("launching kernel HandWritten.length_of").And.Message.Contains("more registers or shared memory"));
    }

    [Test]
    public void A_device_that_fails_is_closed_all_the_same()
    {
        CudaDevice device = _driver.Open();
        DeviceBuffer buffer = device.Pool.Rent(400, MemoryClass.Weights, "weights");
        device.Write<float>(buffer, new float[100]);
        device.MeasureKernels();
        _driver.Fail("cuStreamSynchronize", 700);
        Assert.That(device.Dispose, Throws.Nothing);
    }

    [Test]
    public void The_environment_names_the_libraries()
    {
        Environment.SetEnvironmentVariable(CudaPlatform.DriverVariable, _driver.DriverPath);
        Environment.SetEnvironmentVariable(CudaPlatform.CompilerVariable, "/nowhere/libnvrtc.so");
        try
        {
            DeviceReport report = DeviceCatalog.Survey().Single(device => device.Name == "cuda");
            Assert.That(report.Rejection, Does.Contain("but not NVRTC").And.Contain("--device opencl"));
            using Device chosen = DeviceCatalog.Open("auto");
            Assert.That(chosen.Name, Is.Not.EqualTo("cuda"), "without NVRTC another device is taken");
            Environment.SetEnvironmentVariable(CudaPlatform.CompilerVariable, _driver.CompilerPath);
            using Device cuda = DeviceCatalog.Open("auto");
            Assert.That(cuda.Description, Does.Contain("Stand-in 0"));
        }
        finally
        {
            Environment.SetEnvironmentVariable(CudaPlatform.DriverVariable, null);
            Environment.SetEnvironmentVariable(CudaPlatform.CompilerVariable, null);
        }
    }

    private static NUnit.Framework.Constraints.ContainsConstraint Refuses(string words) => Throws.TypeOf<DeviceException>().With.Message.Not.Contains("\n").And.Message.Contains(words);
}

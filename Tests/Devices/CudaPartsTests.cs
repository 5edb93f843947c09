using System.Buffers.Binary;
using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Devices.Cuda;
using SegFromScratch.Engine.Dialect;

namespace SegFromScratch.Tests.Devices;

/// <summary>What the CUDA device does before it needs a GPU.</summary>
[TestFixture]
public sealed unsafe class CudaPartsTests
{
    private static readonly int[] s_toolkit12 = [50, 52, 53, 60, 61, 62, 70, 72, 75, 80, 86, 87, 89, 90];

    [Test]
    public void Arguments_lie_one_after_the_other_with_their_natural_alignment()
    {
        using var arguments = new CudaArguments();
        arguments.Add((byte)0xAB);
        arguments.Add(0x11223344);
        arguments.Add(0x5566778899AABBCCUL);
        arguments.Add(7);
        arguments.Add(new TensorLayout(1, 2, 3, 4, 5));
        arguments.Add(2.5);

        long[] offsets = [.. Enumerable.Range(0, arguments.Count).Select(i => Offset(arguments, i))];
        Assert.That(offsets, Is.EqualTo(new long[] { 0, 4, 8, 16, 20, 40 }));
        Assert.That(arguments.Bytes.Length, Is.EqualTo(48));
        Assert.That(arguments.Bytes[0], Is.EqualTo(0xAB));
        Assert.That(BinaryPrimitives.ReadInt32LittleEndian(arguments.Bytes[4..]), Is.EqualTo(0x11223344));
        Assert.That(BinaryPrimitives.ReadUInt64LittleEndian(arguments.Bytes[8..]), Is.EqualTo(0x5566778899AABBCCUL));
        Assert.That(BinaryPrimitives.ReadInt32LittleEndian(arguments.Bytes[36..]), Is.EqualTo(5), "the last field of the layout");
        Assert.That(BinaryPrimitives.ReadDoubleLittleEndian(arguments.Bytes[40..]), Is.EqualTo(2.5));
    }

    [Test]
    public void Arguments_start_over_in_the_same_memory_without_allocation()
    {
        using var arguments = new CudaArguments();
        arguments.Add(1L);
        arguments.Add(2);
        void* first = arguments.Pointers[0];
        long before = GC.GetAllocatedBytesForCurrentThread();
        arguments.Begin();
        arguments.Add(3L);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(arguments.Count, Is.EqualTo(1));
        Assert.That(arguments.Pointers[0] == first);
        Assert.That(*(long*)arguments.Pointers[0], Is.EqualTo(3));
    }

    [Test]
    public void Arguments_beyond_the_capacity_are_refused()
    {
        using var arguments = new CudaArguments();
        Assert.That(
            () =>
            {
                for (int i = 0; i <= CudaArguments.Capacity / 16; i++)
                    arguments.Add(default(Int128));
            },
            Throws.InvalidOperationException);
    }

    [TestCase(86, ExpectedResult = "--gpu-architecture=compute_86")]
    [TestCase(88, ExpectedResult = "--gpu-architecture=compute_87", Description = "between two: the lower one")]
    [TestCase(120, ExpectedResult = "--gpu-architecture=compute_90", Description = "newer than the compiler: PTX that the driver fits")]
    [TestCase(50, ExpectedResult = "--gpu-architecture=compute_50")]
    public string Target_is_the_newest_that_gpu_and_compiler_know(int gpu) => CudaTarget.Choose(gpu, s_toolkit12, 12040, 12040).Option;

    [TestCase(86, 12060, 12040, ExpectedResult = "--gpu-architecture=sm_86", Description = "a compiler newer than the driver writes machine code")]
    [TestCase(88, 12060, 12040, ExpectedResult = "--gpu-architecture=compute_87", Description = "but not for another GPU")]
    [TestCase(86, 12020, 12040, ExpectedResult = "--gpu-architecture=compute_86")]
    public string Target_is_something_that_the_driver_reads(int gpu, int nvrtc, int driver) => CudaTarget.Choose(gpu, s_toolkit12, nvrtc, driver).Option;

    // Every generation with the NVRTC that knew it first, one before and, where it was dropped, the last one and one after.
    [TestCase(70, "9.0 to 12.9")]
    [TestCase(72, "9.1 to 12.9")]
    [TestCase(75, "10.0 or newer")]
    [TestCase(80, "11.0 or newer")]
    [TestCase(86, "11.1 or newer")]
    [TestCase(89, "11.8 or newer")]
    [TestCase(90, "11.8 or newer")]
    [TestCase(100, "12.8 or newer")]
    [TestCase(103, "12.9 or newer")]
    [TestCase(120, "12.8 or newer")]
    [TestCase(110, "13.0 or newer")]
    [TestCase(121, "12.9 or newer")]
    [TestCase(122, "12.9 or newer", Description = "of the generation below")]
    public void Generations_name_the_compiler_that_knows_them(int gpu, string toolkits) => Assert.That(CudaArchitecture.Of(gpu)!.Value.Toolkits, Is.EqualTo(toolkits));

    [Test]
    public void Generations_have_one_entry_each_and_the_same_exact_arithmetic()
    {
        Assert.That(CudaArchitecture.All.Select(architecture => architecture.Number), Is.Ordered.Ascending.And.Unique);
        Assert.That(CudaArchitecture.Of(61), Is.Null);
        foreach (CudaArchitecture architecture in CudaArchitecture.All)
        {
            Assert.That(
                CudaArchitecture.Options(new CudaTarget(architecture.Number, IsMachineCode: false)),
                Is.EqualTo([$"--gpu-architecture=compute_{architecture.Number}", "--std=c++17", "--fmad=true", "--ftz=false", "--prec-div=true", "--prec-sqrt=true"]));
        }
    }

    [Test]
    public void Volta_needs_a_compiler_before_13() => Assert.That(
        () => CudaTarget.Choose(70, [75, 80, 90, 100, 120], 13000, 13000),
        Throws.TypeOf<DeviceException>().With.Message.EndsWith("this GPU has 7.0: install NVRTC 9.0 to 12.9"));

    [TestCase(120, 90, ExpectedResult = " (the driver fits it to Blackwell; NVRTC 12.8 or newer compiles for that itself)")]
    [TestCase(90, 90, ExpectedResult = "")]
    [TestCase(88, 87, ExpectedResult = "", Description = "no generation of its own is known")]
    public string A_newer_compiler_is_named_where_the_driver_has_to_fit(int gpu, int target) => CudaArchitecture.Newer(gpu, new CudaTarget(target, IsMachineCode: false));

    [Test]
    public void Gpus_too_old_for_the_compiler_are_named() => Assert.That(
        () => CudaTarget.Choose(61, [75, 80, 90, 100, 120], 13000, 13000),
        Throws.TypeOf<DeviceException>().With.Message.EqualTo(
            "NVRTC 13.0 compiles for compute capability 7.5 and up, and this GPU has 6.1: install the NVRTC of an older CUDA version"));

    [Test]
    public void Compiler_of_the_drivers_own_version_is_tried_first()
    {
        IReadOnlyList<string> names = NvrtcLibrary.Candidates(12040, ["toolkit"]);
        Assert.That(names[0], Does.Contain("12"));
        Assert.That(names[1], Does.Contain("11"));
        Assert.That(names[2], Does.Contain("13"), "a compiler newer than the driver comes last");
        Assert.That(names, Has.Some.StartsWith("toolkit"));
        Assert.That(NvrtcLibrary.Candidates(13000, [])[0], Does.Contain("13"));
    }

    [Test]
    public void Errors_say_what_was_tried_what_the_driver_said_and_what_mends_it()
    {
        Assert.That(
            CudaError.Message(700, "CUDA_ERROR_ILLEGAL_ADDRESS", "an illegal memory access was encountered", "reading buffer 'x'"),
            Is.EqualTo("CUDA failed while reading buffer 'x': CUDA_ERROR_ILLEGAL_ADDRESS (an illegal memory access was encountered): a kernel read or wrote outside its buffers; --device debug finds where"));
        Assert.That(CudaError.Message(12345, null, null, "waiting"), Is.EqualTo("CUDA failed while waiting: error 12345"));
        Assert.That(CudaError.Remedy(222), Does.Contain("update the driver"));
    }

    [Test]
    public void Machines_without_the_driver_get_a_line_not_a_crash()
    {
        DeviceReport report = DeviceCatalog.Survey().First(device => device.Name == "cuda");
        if (report.IsUsable)
            Assert.Ignore("this machine has a CUDA device");
        Assert.That(report.Rejection, Is.Not.Empty.And.Not.Contain("\n"));
        Assert.That(() => new CudaDevice(), Throws.TypeOf<DeviceException>().With.Message.Contains(report.Rejection!));
    }

    private static long Offset(CudaArguments arguments, int index) => (byte*)arguments.Pointers[index] - (byte*)arguments.Pointers[0];
}

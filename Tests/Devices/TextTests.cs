using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Devices.OpenCl;

namespace SegFromScratch.Tests.Devices;

/// <summary>What is said to compilers and users.</summary>
[TestFixture]
public sealed class TextTests
{
    [Test]
    public void Defines_name_each_constant_in_order() => Assert.That(
        CompilerText.Defines(HandWritten.Ramp, [3, -5]),
        Is.EqualTo(new[] { "-DSPEC_factor=3", "-DSPEC_shift=-5" }));

    [TestCase("a.cl:1:2: warning: odd\na.cl:3:4: error: no such name\nmore", ExpectedResult = "a.cl:3:4: error: no such name")]
    [TestCase("\n\nError in line 5\n", ExpectedResult = "Error in line 5")]
    [TestCase("\r\n  it went wrong \r\nvery\0", ExpectedResult = "it went wrong")]
    [TestCase("", ExpectedResult = "the compiler said nothing")]
    public string First_error_is_the_line_that_tells_most(string log) => CompilerText.FirstError(log);

    [TestCase(0, ExpectedResult = "0 bytes")]
    [TestCase(1023, ExpectedResult = "1023 bytes")]
    [TestCase(1536, ExpectedResult = "1.5 KiB")]
    [TestCase(6L << 30, ExpectedResult = "6 GiB")]
    [TestCase(1L << 50, ExpectedResult = "1024 TiB")]
    public string Memory_is_given_in_the_unit_that_suits_it(long bytes) => DeviceMemory.Text(bytes);

    [TestCase(0, ExpectedResult = "CL_SUCCESS")]
    [TestCase(-4, ExpectedResult = "CL_MEM_OBJECT_ALLOCATION_FAILURE")]
    [TestCase(-5, ExpectedResult = "CL_OUT_OF_RESOURCES")]
    [TestCase(-11, ExpectedResult = "CL_BUILD_PROGRAM_FAILURE")]
    [TestCase(-19, ExpectedResult = "CL_KERNEL_ARG_INFO_NOT_AVAILABLE")]
    [TestCase(-20, ExpectedResult = "OpenCL error -20")]
    [TestCase(-30, ExpectedResult = "CL_INVALID_VALUE")]
    [TestCase(-52, ExpectedResult = "CL_INVALID_KERNEL_ARGS")]
    [TestCase(-54, ExpectedResult = "CL_INVALID_WORK_GROUP_SIZE")]
    [TestCase(-61, ExpectedResult = "CL_INVALID_BUFFER_SIZE")]
    [TestCase(-68, ExpectedResult = "CL_INVALID_DEVICE_PARTITION_COUNT")]
    [TestCase(-69, ExpectedResult = "OpenCL error -69")]
    [TestCase(-1001, ExpectedResult = "CL_PLATFORM_NOT_FOUND_KHR")]
    public string OpenCl_errors_have_the_names_of_the_header(int error) => OpenClError.Name(error);

    [Test]
    public void OpenCl_versions_are_read()
    {
        Assert.That(OpenClHardware.ParseVersion("OpenCL 1.2 CUDA"), Is.EqualTo((1, 2)));
        Assert.That(OpenClHardware.ParseVersion("OpenCL 3.0"), Is.EqualTo((3, 0)));
        Assert.That(OpenClHardware.ParseVersion("something else"), Is.EqualTo((0, 0)));
    }

    [Test]
    public void Libraries_that_are_absent_are_an_answer() =>
        Assert.That(NativeLibraries.TryLoad("none-such", ["libnone-such-1.so", "none-such.dll"]), Is.False);

    [Test]
    public void Implicit_groups_shrink_and_cover_every_index()
    {
        LaunchSize size = GroupFit.Shrink(HandWritten.Ramp, new LaunchSize(3, 128), 100);
        Assert.That(size, Is.EqualTo(new LaunchSize(4, 100)));
        Assert.That(
            () => GroupFit.Shrink(HandWritten.Reverse, new LaunchSize(3, 128), 100),
            Throws.TypeOf<DeviceException>().With.Message.Contains("HandWritten.reverse").And.Message.Contains("128").And.Message.Contains("100"));
    }
}

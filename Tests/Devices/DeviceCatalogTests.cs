using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Devices.Cpu;

namespace SegFromScratch.Tests.Devices;

[TestFixture]
public sealed class DeviceCatalogTests
{
    [Test]
    public void Survey_has_a_line_for_every_kind()
    {
        IReadOnlyList<DeviceReport> reports = DeviceCatalog.Survey();
        Assert.That(reports.Select(report => report.Name), Is.SupersetOf(new[] { "cuda", "opencl", "cpu", "debug" }));
        foreach (DeviceReport report in reports)
        {
            Assert.That(report.IsUsable, Is.EqualTo(report.Rejection is null), report.Name);
            if (report.IsUsable)
                Assert.That(report.Description, Is.Not.Empty, report.Name);
        }
    }

    [Test]
    public void Survey_with_a_self_test_rejects_what_fails_it()
    {
        IReadOnlyList<DeviceReport> reports = DeviceCatalog.Survey(device => device.Name == "cpu" ? "sums are wrong" : null);
        Assert.That(reports.Single(report => report.Name == "cpu").Rejection, Is.EqualTo("sums are wrong"));
        Assert.That(reports.Single(report => report.Name == "debug").IsUsable);
    }

    [TestCase("cpu")]
    [TestCase("debug")]
    [TestCase("CPU")]
    public void Names_open_devices(string name)
    {
        using Device device = DeviceCatalog.Open(name, threads: 2);
        Assert.That(device.Name, Is.EqualTo(name.ToLowerInvariant()));
        if (device is CpuDevice cpu)
            Assert.That(cpu.Threads.Threads, Is.EqualTo(2));
    }

    [Test]
    public void OpenCl_opens_with_and_without_its_number()
    {
        DeviceReport report = DeviceCatalog.Survey().First(device => device.Name == "opencl");
        if (!report.IsUsable)
            Assert.Ignore(report.Rejection!);
        using Device plain = DeviceCatalog.Open("opencl");
        using Device numbered = DeviceCatalog.Open("opencl:0");
        // An opened device adds what was tuned for it, which a survey does not read.
        Assert.That(numbered.Description, Is.EqualTo(plain.Description).And.StartWith(report.Description));
    }

    [TestCase("gpu")]
    [TestCase("")]
    [TestCase("cpu:1")]
    [TestCase("opencl:")]
    [TestCase("opencl:x")]
    [TestCase("opencl:-1")]
    [TestCase("opencl:0:0")]
    public void Unknown_names_get_one_line_that_lists_the_known_ones(string name) => Assert.That(
        () => DeviceCatalog.Open(name),
        Throws.TypeOf<DeviceException>().With.Message.Contains($"'{name}'").And.Message.Contains("auto").And.Message.Contains("cpu, debug").And.Message.Not.Contains("\n"));

    [Test]
    public void Auto_never_takes_OpenCl_on_a_cpu_nor_the_debug_device()
    {
        using Device device = DeviceCatalog.Open("auto");
        DeviceReport report = DeviceCatalog.Survey().Single(candidate => candidate.Name == device.Name);
        Assert.That(report.IsGraphicsProcessor || device.Name == "cpu", report.ToString());
    }

    [Test]
    public void Auto_takes_the_first_that_passes()
    {
        DeviceReport[] reports =
        [
            new("cuda", "missing", 0, false, "no driver"),
            new("opencl", "a GPU whose driver fails", 0, true, null),
            new("opencl:1", "a GPU that computes wrongly", 0, true, null),
            new("opencl:2", "a GPU whose test crashes", 0, true, null),
            new("opencl:3", "PoCL", 0, false, null),
            new("opencl:4", "a GPU that works", 0, true, null),
            new("cpu", "the CPU", 0, false, null),
        ];
        var opened = new List<string>();
        using Device device = DeviceCatalog.OpenBest(
            reports,
            report =>
            {
                opened.Add(report.Name);
                return report.Name == "opencl" ? throw new DeviceException("the driver fails") : new NamedDevice(report.Name);
            },
            device => device.Name switch
            {
                "opencl:1" => "wrong",
                "opencl:2" => throw new InvalidOperationException("crash"),
                _ => null,
            });
        Assert.That(device.Name, Is.EqualTo("opencl:4"));
        Assert.That(opened, Is.EqualTo(new[] { "opencl", "opencl:1", "opencl:2", "opencl:4" }));
    }

    [Test]
    public void Auto_says_why_when_nothing_passes() => Assert.That(
        () => DeviceCatalog.Open("auto", threads: 1, _ => "convolution is off by 3"),
        Throws.TypeOf<DeviceException>().With.Message.Contains("cpu: convolution is off by 3"));

    private sealed class NamedDevice(string name) : HostDevice
    {
        public override string Name => name;

        public override string Description => name;
    }
}

using SegFromScratch.Engine.Devices;

namespace SegFromScratch.Tests.Support;

/// <summary>The kinds of devices that fixtures run on. One that this machine lacks is one skipped test with its reason, not a thousand.</summary>
public sealed class TestDevices
{
    private static readonly string[] s_kinds = ["debug", "cpu", "opencl", "cuda"];

    /// <summary>The devices of this machine, for <see cref="TestFixtureSourceAttribute"/>.</summary>
    public static IEnumerable<string> Usable => s_usable.Value;

    private static readonly Lazy<string[]> s_usable = new(() => [.. s_kinds.Where(kind => Report(kind).IsUsable)]);

    [TestCaseSource(nameof(s_kinds))]
    public void Tests_of_operations_run_on(string kind)
    {
        DeviceReport report = Report(kind);
        if (!report.IsUsable)
            Assert.Ignore($"{kind}: {report.Rejection}");
    }

    private static DeviceReport Report(string kind) => DeviceCatalog.Survey().First(candidate => candidate.Name == kind);
}

using SegFromScratch.Engine.Devices;

namespace SegFromScratch.Tests.Support;

/// <summary>The kinds of devices that fixtures run on. One that this machine lacks is one skipped test with its reason, not a thousand.</summary>
public sealed class TestDevices
{
    private static readonly string[] s_kinds = ["debug", "cpu", "opencl", "cuda"];

    /// <summary>The devices of this machine, for <see cref="TestFixtureSourceAttribute"/>.</summary>
    public static IEnumerable<string> Usable => s_usable.Value;

    /// <summary>
    /// As <see cref="Usable"/>, each with a channel block: the device's own, which 0 stands for, and on <c>debug</c>, which runs every kernel over the formula of all layouts, 1 and 4.
    /// </summary>
    public static IEnumerable<object[]> UsableWithBlocks =>
        Usable.SelectMany(kind => kind == "debug" ? (object[][])[[kind, 1], [kind, 4]] : [[kind, 0]]);

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

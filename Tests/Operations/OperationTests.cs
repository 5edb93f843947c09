using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Devices.Debug;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Tests.Operations;

/// <summary>Every case of every operation: finite differences check the reference, and the reference checks every device.</summary>
public sealed class OperationTests : IDisposable
{
    private readonly DebugDevice _debug = new();
    private readonly CpuDevice _cpu = new(2);

    public static IEnumerable<TestCaseData> Cases => Named("");

    public static IEnumerable<TestCaseData> CasesByChannelBlock =>
        ((int[])[1, 4, 16]).SelectMany(block => Named($", channel block {block}", block));

    public void Dispose()
    {
        _debug.Dispose();
        _cpu.Dispose();
    }

    [TestCaseSource(nameof(Cases))]
    public void The_reference_agrees_with_finite_differences(OperationCase operationCase) =>
        AssertAllPassed(GradientChecker.CheckReference(operationCase));

    [TestCaseSource(nameof(CasesByChannelBlock))]
    public void The_debug_device_agrees_with_the_reference(OperationCase operationCase, int channelBlock) =>
        AssertDevice(operationCase, _debug, channelBlock);

    [TestCaseSource(nameof(Cases))]
    public void The_cpu_device_agrees_with_the_reference(OperationCase operationCase) =>
        AssertDevice(operationCase, _cpu, channelBlock: 0);

    private static void AssertDevice(OperationCase operationCase, Device device, int channelBlock)
    {
        IReadOnlyList<CheckResult> results = GradientChecker.CheckDevice(operationCase, device, channelBlock);
        Assert.That(results, Is.Not.Empty);
        AssertAllPassed(results);
    }

    private static void AssertAllPassed(IReadOnlyList<CheckResult> results) =>
        Assert.That(results.Where(result => !result.Passed), Is.Empty);

    private static IEnumerable<TestCaseData> Named(string suffix, params object[] more) =>
        OperationCatalog.Cases.Select(operationCase => new TestCaseData([operationCase, .. more]).SetArgDisplayNames($"{operationCase}{suffix}"));
}

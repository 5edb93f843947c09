using SegFromScratch.Engine.Devices;
using SegFromScratch.Kernels.Checking;
using SegFromScratch.Tests.Support;

namespace SegFromScratch.Tests.Operations;

/// <summary>Every case of every operation on every device, against the reference in double.</summary>
[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Usable))]
public sealed class OperationTests(string deviceName) : IDisposable
{
    // The device's own channel block, and the same three everywhere: channels apart, a block that most channel counts do not fill, and the block of the SIMD kernels.
    private static readonly int[] s_channelBlocks = [0, 1, 4, 16];

    private Device? _device;

    public static IEnumerable<TestCaseData> Cases =>
        from channelBlock in s_channelBlocks
        from operationCase in OperationCatalog.Cases
        select new TestCaseData(operationCase, channelBlock)
            .SetArgDisplayNames($"{operationCase}, {(channelBlock == 0 ? "the device's channel block" : $"channel block {channelBlock}")}");

    [OneTimeSetUp]
    public void OpenDevice() => _device = DeviceCatalog.Open(deviceName, threads: 2);

    public void Dispose() => _device?.Dispose();

    [TestCaseSource(nameof(Cases))]
    public void The_device_agrees_with_the_reference(OperationCase operationCase, int channelBlock)
    {
        IReadOnlyList<CheckResult> results = GradientChecker.CheckDevice(operationCase, _device!, channelBlock);
        Assert.That(results, Is.Not.Empty);
        Assert.That(results.Where(result => !result.Passed), Is.Empty);
    }
}

using System.Diagnostics;
using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Profiling;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Activation;
using SegFromScratch.Kernels.Reduction;

namespace SegFromScratch.Tests.Profiling;

public sealed class OperationProfileTests
{
    [Test]
    public void Times_are_parts_of_the_whole_and_have_their_jobs()
    {
        using var device = new CpuDevice(2);
        using var x = new Discarded(device);
        using var profile = new OperationProfile(device);
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < 5; i++)
            Train(device, x.Tensor);
        double elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        ProfileEntry relu = profile.Entries.Single(entry => (entry.Operation, entry.Pass) == ("activation", "forward"));
        Assert.Multiple(() =>
        {
            Assert.That(relu.Count, Is.EqualTo(5));
            Assert.That(profile.Entries.Sum(entry => entry.Seconds), Is.Positive.And.LessThan(elapsed));
            Assert.That(profile.Entries.Select(entry => entry.Seconds), Is.Ordered.Descending);
            Assert.That(relu.Jobs.Rows.Sum(job => job.Count), Is.EqualTo(5));
            Assert.That(relu.Jobs.Rows.Sum(job => job.Seconds), Is.Positive.And.LessThanOrEqualTo(relu.Seconds));
        });
    }

    [Test]
    public void A_disposed_profile_measures_no_more()
    {
        using var device = new CpuDevice(1);
        using var x = new Discarded(device);
        var profile = new OperationProfile(device);
        Train(device, x.Tensor);
        int entries = profile.Entries.Count;
        long before = profile.Entries.Sum(entry => entry.Count);
        profile.Dispose();
        Train(device, x.Tensor);
        Assert.That((profile.Entries.Count, profile.Entries.Sum(entry => entry.Count)), Is.EqualTo((entries, before)));
        Assert.That((device.Profile, device.Threads.Timings), Is.EqualTo(((OperationProfile?)null, (JobTimings?)null)));
    }

    [Test]
    public void Work_is_counted_without_computing()
    {
        using var cpu = new CpuDevice(1);
        var device = new PlanningDevice(cpu);
        using var x = new Discarded(device);
        using var profile = new OperationProfile(device);
        Train(device, x.Tensor);
        Assert.That(profile.Entries.Single(entry => (entry.Operation, entry.Pass) == ("activation", "input gradient")).FloatingPointOperations, Is.EqualTo(16 * 64 * 64));
    }

    [TestCase(100, 10, 2, 0.5, false)]
    [TestCase(100, 10, 1, 1, false)]
    [TestCase(10, 20, 8, 0.25, true)]
    public void The_share_is_that_of_the_tighter_limit(long operations, long bytes, double seconds, double share, bool isMemoryBound) =>
        Assert.That(new MachinePeak(100, 10).ShareOf(operations, bytes, seconds), Is.EqualTo((share, isMemoryBound)));

    [Test]
    public void A_machine_computes_and_copies()
    {
        using var device = new CpuDevice(1);
        MachinePeak peak = MachinePeak.Measure(device.Threads);
        Assert.That(peak.OperationsPerSecond, Is.InRange(1e6, 1e14));
        Assert.That(peak.BytesPerSecond, Is.InRange(1e5, 1e13));
    }

    private static void Train(Device device, Tensor x)
    {
        using var step = new Step(device, training: true);
        step.Backward(Reduction.Sum(step, Activation.Relu(step, x)));
        x.ClearGradient();
    }

    private sealed class Discarded(Device device) : IDisposable
    {
        public Tensor Tensor { get; } = Engine.Tensors.Tensor.Persistent(device, new TensorShape(1, 16, 64, 64), channelBlock: 16, requiresGradient: true);

        public void Dispose() => Tensor.Discard();
    }
}

using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.OneHot;

namespace SegFromScratch.Tests.Operations;

public sealed class OneHotTests
{
    [TestCase("cpu", 1)]
    [TestCase("cpu", 4)]
    [TestCase("cpu", 16)]
    [TestCase("debug", 1)]
    [TestCase("debug", 4)]
    public void Each_pixel_is_in_the_plane_of_its_class_and_void_pixels_are_in_none(string deviceName, int channelBlock)
    {
        using Device device = DeviceCatalog.Open(deviceName, 1);
        using var step = new Step(device, training: true, channelBlock: channelBlock);
        DeviceArray<int> map = step.InputArray<int>([0, 2, 1, 255, -1, 2, 1, 0], "class map");
        var shape = new TensorShape(2, 3, 1, 4);
        Tensor planes = OneHot.Planes(step, map, shape, 1), counts = OneHot.Counts(step, map, shape, 1);
        Assert.Multiple(() =>
        {
            Assert.That(planes.ToArray(), Is.EqualTo(new float[] { 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0 }));
            Assert.That(counts.ToArray(), Is.EqualTo(new float[] { 1, 1, 0, 0, 0, 1, 0, 1 }));
            Assert.That(planes.RequiresGradient, Is.False);
        });
    }

    [Test]
    public void A_class_map_of_another_size_is_refused()
    {
        using var device = new CpuDevice(1);
        using var step = new Step(device, training: true);
        DeviceArray<int> map = step.InputArray<int>([0, 1], "class map");
        Assert.That(() => OneHot.Planes(step, map, new TensorShape(1, 2, 2, 2), -1), Throws.ArgumentException.With.Message.Contains("has 2 pixels but planes of shape"));
    }
}

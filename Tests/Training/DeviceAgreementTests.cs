using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Layers.Models;
using SegFromScratch.Training.Data.Loading;
using SegFromScratch.Training.Trainer;

namespace SegFromScratch.Tests.Training;

/// <summary>Two networks learn on OpenCL what they learn on the CPU.</summary>
[NonParallelizable]
public sealed class DeviceAgreementTests
{
    private const int Steps = 10;

    // Rounding that differs between devices is amplified by every step, the more the deeper a normalised network is: PyTorch's single-precision gradients of
    // a DeepLabV3+ on Xception-65 lie 1 to 2 % from its double-precision ones at this size. A low rate keeps ten steps comparable.
    [TestCase("unet", 64, 48, 1e-4)]
    [TestCase("deeplabv3plus_xception", 64, 64, 1e-5)]
    public void The_first_losses_on_opencl_are_those_of_the_cpu(string name, int width, int height, double learningRate)
    {
        using var cpu = new CpuDevice(2);
        using Device opencl = OpenClOrSkip();
        float[] expected = Losses(name, cpu, width, height, learningRate), actual = Losses(name, opencl, width, height, learningRate);
        double worst = Enumerable.Range(0, Steps).Max(i => Math.Abs(actual[i] - expected[i]) / expected[i]);
        TestContext.Out.WriteLine($"{name}: losses {expected[0]:f4} to {expected[^1]:f4}, largest relative difference {worst:g2}");
        Assert.Multiple(() =>
        {
            Assert.That(worst, Is.LessThanOrEqualTo(1e-3));
            Assert.That(expected[^1], Is.LessThan(expected[0]));
        });
    }

    private static Device OpenClOrSkip()
    {
        DeviceReport? report = DeviceCatalog.Survey().FirstOrDefault(found => found.Name.StartsWith("opencl", StringComparison.Ordinal));
        if (report is not { IsUsable: true })
            Assert.Ignore("no OpenCL device: " + report?.Rejection);
        return DeviceCatalog.Open(report!.Name);
    }

    private static float[] Losses(string name, Device device, int width, int height, double learningRate)
    {
        SegmentationModel model = RealPictures.Network(name, device, null);
        Batch batch = RealPictures.BatchOf(RealPictures.Open(8), RealPictures.TransformFor(model, width, height));
        Trainer trainer = RealPictures.Trainer(model);
        return [.. Enumerable.Range(0, Steps).Select(step => trainer.Learn(batch, step, learningRate))];
    }
}

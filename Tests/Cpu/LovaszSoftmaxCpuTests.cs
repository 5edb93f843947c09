using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.LovaszSoftmax;

namespace SegFromScratch.Tests.Cpu;

/// <summary>The sort by digits against the sorting network of the other devices: where errors are equal, the gradients show which pixel came first.</summary>
public sealed class LovaszSoftmaxCpuTests
{
    private const int Void = 255;

    [Test]
    public void Equal_errors_are_sorted_as_by_the_kernels([Values(1, 3, 17)] int classes, [Values(1, 4, 1000)] int levels)
    {
        var shape = new TensorShape(2, classes, 19, 23);
        var random = new Random(classes + levels);
        float[] probabilities = [.. Enumerable.Range(0, (int)shape.Elements).Select(_ => random.Next(levels + 1) / (float)levels)];
        int[] target = [.. Enumerable.Range(0, shape.Batch * shape.Height * shape.Width).Select(_ => random.Next(10) == 0 ? Void : random.Next(classes))];

        // Beyond 0 to 1, as rounding may leave them: such errors count nowhere. Minus zero is zero.
        (probabilities[5], probabilities[6], probabilities[7]) = (1.0000001f, -0.25f, -0f);
        (float loss, float[] gradient) = Run(naive: false, shape, probabilities, target);
        (float expectedLoss, float[] expectedGradient) = Run(naive: true, shape, probabilities, target);
        Assert.Multiple(() =>
        {
            Assert.That(loss, Is.EqualTo(expectedLoss).Within(1e-6f));
            Assert.That(gradient, Is.EqualTo(expectedGradient));
        });
    }

    private static (float Loss, float[] Gradient) Run(bool naive, TensorShape shape, float[] probabilities, int[] target)
    {
        using var device = new CpuDevice(2) { NaiveKernels = naive };
        using var step = new Step(device, training: true);
        Tensor p = step.Input(shape, probabilities, "probabilities", requiresGradient: true, channelBlock: device.ChannelBlock(shape.Channels));
        Tensor loss = LovaszSoftmax.ApplyToProbabilities(step, p, step.InputArray<int>(target, "target"), Void);
        step.Backward(loss);
        return (loss.ToScalar(), p.Gradient!.ToArray());
    }
}

using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Dialect;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Tests.Cpu;

/// <summary>Largest channels and sums of exponentials of eight pixels at a time: right, and of each pixel's own.</summary>
public sealed class SoftmaxSumsTests
{
    [TestCase(1)]
    [TestCase(5)]
    [TestCase(8)]
    [TestCase(16)]
    [TestCase(21)]
    [TestCase(25)]
    [TestCase(40)]
    public void They_are_the_definition_s(int channels)
    {
        var logits = HostTensor.Random(new TensorShape(1, channels, 1, 13), channels);
        (float[] largest, float[] sums) = Compute(logits);
        for (int pixel = 0; pixel < 13; pixel++)
        {
            float[] own = [.. Enumerable.Range(0, channels).Select(c => logits[0, c, 0, pixel])];
            Assert.That(largest[pixel], Is.EqualTo(own.Max()));
            Assert.That(sums[pixel], Is.EqualTo(own.Sum(x => Math.Exp((double)x - own.Max()))).Within(1e-6 * channels));
        }
    }

    [Test]
    public void The_bits_of_a_pixel_do_not_depend_on_its_place()
    {
        HostTensor one = HostTensor.Random(new TensorShape(1, 21, 1, 1), 7), many = new(new TensorShape(1, 21, 1, 13));
        for (int i = 0; i < many.Values.Length; i++)
            many.Values[i] = one.Values[i / 13];
        (float[] largest, float[] sums) = Compute(many);
        Assert.That(largest, Is.All.EqualTo(largest[0]));
        Assert.That(sums, Is.All.EqualTo(sums[0]));
        Assert.That(Compute(one).Sums, Is.EqualTo((float[])[sums[0]]));
    }

    [TestCase(0)]
    [TestCase(20)]
    public void A_NaN_is_its_own_pixel_s_only(int channel)
    {
        var logits = HostTensor.Random(new TensorShape(1, 21, 1, 13), 7);
        float[] expected = Compute(logits).Sums;
        logits[0, channel, 0, 3] = float.NaN;
        float[] sums = Compute(logits).Sums;
        Assert.That(sums[3], Is.NaN);
        (sums[3], expected[3]) = (0f, 0f);
        Assert.That(sums, Is.EqualTo(expected));
    }

    private static unsafe (float[] Largest, float[] Sums) Compute(HostTensor logits)
    {
        using var device = new CpuDevice(1);
        TensorView view = logits.On(device, device.ChannelBlock(logits.Shape.Channels));
        var classes = new ClassVectors(new ChannelPlanes(view));
        nint* places = stackalloc nint[classes.Count];
        var softmax = new SoftmaxSums(classes, places);
        int pixels = logits.Shape.Width;
        float* largest = stackalloc float[16];
        float* sums = stackalloc float[16];
        softmax.Compute(view.Data.Pointer, view.Layout.ChannelBlock, pixels, largest, sums);
        return (new Span<float>(largest, pixels).ToArray(), new Span<float>(sums, pixels).ToArray());
    }
}

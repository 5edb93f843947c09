using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Reduction;

namespace SegFromScratch.Tests.Operations;

/// <summary>The accuracy of long sums, and how pixels are cut.</summary>
[TestFixture("debug", 1)]
[TestFixture("cpu", 0)]
[DeviceTestFixture("opencl", 0)]
[DeviceTestFixture("cuda", 0)]
public sealed class ReductionTests(string device, int channelBlock) : DeviceFixture(device, channelBlock)
{
    [Test]
    public void A_million_numbers_are_summed_to_a_millionth()
    {
        using Step step = Begin();
        // All of one sign and far apart: 0.1 is no float32 number, so a running float32 sum drifts by 1e-4.
        float[] values = [.. Enumerable.Range(0, 1_000_000).Select(i => i % 1000 == 0 ? 1000f : 0.1f)];
        Tensor x = Feature(step, new TensorShape(1, 1, 1000, 1000), values);
        AssertNear([Reduction.Sum(step, x).ToScalar()], [values.Sum(value => (double)value)], tolerance: 1e-7);
        AssertNear([Reduction.Mean(step, x).ToScalar()], [values.Average(value => (double)value)], tolerance: 1e-6);
    }

    [Test]
    public void A_compensated_sum_keeps_what_a_plain_one_loses()
    {
        var sum = new CompensatedSum(0f, 0f);
        float plain = 0f;
        for (int i = 0; i < 20_000_000; i++)
        {
            sum = sum.Add(1f);
            plain += 1f;
        }

        Assert.That(plain, Is.EqualTo(16_777_216f), "float32 cannot count further");
        Assert.That(sum.Sum, Is.EqualTo(20_000_000f));
    }

    [TestCase(1, 1, 1)]
    [TestCase(2, 33, 31)]
    [TestCase(3, 512, 513)]
    [TestCase(2000, 3, 3)]
    public void Slices_cover_every_pixel_once(int batch, int height, int width)
    {
        PixelSlices slices = PixelSlices.Of(new TensorShape(batch, 5, height, width));
        var next = new int[batch];
        for (int slice = 0; slice < slices.Count; slice++)
        {
            Assert.That(slices.Start(slice), Is.EqualTo(next[slices.Image(slice)]));
            Assert.That(slices.End(slice), Is.GreaterThan(slices.Start(slice)));
            next[slices.Image(slice)] = slices.End(slice);
        }

        Assert.That(next, Is.All.EqualTo(height * width));
    }

    [Test]
    public void Partial_sums_do_not_reach_the_padding()
    {
        using Step step = Begin();
        Tensor x = Feature(step, new TensorShape(1, 3, 1, 2), 1, 2, 3, 4, 5, 6);
        Tensor mean = Reduction.Mean(step, x);
        Assert.That(mean.ToScalar(), Is.EqualTo(3.5f).Within(1e-6));
        step.Backward(mean);
        AssertNear(x.Gradient!.ToArray(), [.. Enumerable.Repeat(1 / 6.0, 6)]);
    }
}

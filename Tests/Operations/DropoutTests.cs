using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Devices.Debug;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Dropout;

namespace SegFromScratch.Tests.Operations;

/// <summary>The random numbers against the published ones, and dropout's mask.</summary>
[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.UsableWithBlocks))]
public sealed class DropoutTests(string device, int channelBlock) : DeviceFixture(device, channelBlock)
{
    // The known answers of Salmon et al.'s Random123 library for philox4x32-10.
    [TestCase(0u, 0u, 0u, 0u, 0u, 0u, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [TestCase(0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [TestCase(0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0xa4093822u, 0x299f31d0u, 0xd16cfe09u, 0x94fdcceb, 0x5001e420u, 0x24126ea1u)]
    public void Philox_gives_the_published_numbers(uint x, uint y, uint z, uint w, uint keyLow, uint keyHigh, uint first, uint second, uint third, uint fourth) =>
        Assert.That(Philox.At(new Philox(x, y, z, w), keyLow, keyHigh), Is.EqualTo(new Philox(first, second, third, fourth)));

    [TestCase(0.1f)]
    [TestCase(0.5f)]
    [TestCase(0.8f)]
    public void The_share_of_zeros_is_the_rate_and_the_rest_is_scaled(float rate)
    {
        using Step step = Begin();
        Tensor x = Ones(step, new TensorShape(2, 5, 100, 100));
        float[] y = Dropout.Apply(step, x, rate).ToArray();
        double share = y.Count(value => value == 0) / (double)y.Length;
        // Five standard deviations of a binomial share.
        Assert.That(share, Is.EqualTo(rate).Within(5 * Math.Sqrt(rate * (1 - rate) / y.Length)));
        Assert.That(y.Where(value => value != 0), Is.All.EqualTo((float)(1.0 / (1.0 - rate))));
    }

    [Test]
    public void Whole_channels_are_kept_or_dropped()
    {
        using Step step = Begin();
        float[] y = Dropout.ApplyToChannels(step, Ones(step, new TensorShape(8, 50, 3, 3)), 0.25f).ToArray();
        float[][] channels = [.. y.Chunk(9)];
        Assert.That(channels.All(channel => channel.All(value => value == channel[0])));
        Assert.That(channels.Count(channel => channel[0] == 0) / 400.0, Is.EqualTo(0.25).Within(0.11));
    }

    [Test]
    public void The_gradient_has_the_mask_of_the_output([Values] bool wholeChannels)
    {
        using Step step = Begin();
        Tensor x = Ones(step, new TensorShape(2, 5, 7, 3));
        Tensor y = wholeChannels ? Dropout.ApplyToChannels(step, x, 0.4f) : Dropout.Apply(step, x, 0.4f);
        float[] mask = y.ToArray();
        BackwardWith(step, y, [.. Enumerable.Repeat(1f, mask.Length)]);
        Assert.That(x.Gradient!.ToArray(), Is.EqualTo(mask));
    }

    [Test]
    public void The_mask_depends_on_the_seed_and_not_on_device_or_layout()
    {
        var shape = new TensorShape(3, 7, 5, 3);
        using var debug = new DebugDevice();
        using var cpu = new CpuDevice(1);
        using var plain = new Step(debug, training: true, seed: 9, channelBlock: 1);
        using var blocked = new Step(cpu, training: true, seed: 9, channelBlock: 16);
        using Step own = Begin(seed: 9), other = Begin(seed: 10);
        float[] mask = Dropout.Apply(own, Ones(own, shape), 0.5f).ToArray();
        Assert.That(Dropout.Apply(plain, Ones(plain, shape), 0.5f).ToArray(), Is.EqualTo(mask));
        Assert.That(Dropout.Apply(blocked, Ones(blocked, shape), 0.5f).ToArray(), Is.EqualTo(mask));
        Assert.That(Dropout.Apply(other, Ones(other, shape), 0.5f).ToArray(), Is.Not.EqualTo(mask));
        Assert.That(Dropout.Apply(own, Ones(own, shape), 0.5f).ToArray(), Is.Not.EqualTo(mask), "a second draw of the same step");
    }

    [Test]
    public void Inference_and_rate_zero_give_the_input_itself_counted_once_more()
    {
        using Step inference = Begin(training: false), training = Begin();
        foreach ((Step step, float rate) in ((Step, float)[])[(inference, 0.5f), (training, 0f)])
        {
            Tensor x = Ones(step, TensorShape.Vector(3));
            Tensor y = Dropout.Apply(step, x, rate);
            Assert.That(y, Is.SameAs(x));
            Step.Release(x);
            Assert.That(y.ToArray(), Is.All.EqualTo(1f), "still there for the one who holds y");
            Step.Release(y);
            Assert.That(y.IsAlive, Is.False);
        }
    }

    [TestCase(1f)]
    [TestCase(-0.1f)]
    [TestCase(float.NaN)]
    public void Rates_outside_zero_up_to_one_are_refused(float rate)
    {
        using Step step = Begin();
        Tensor x = Ones(step, TensorShape.Scalar);
        Assert.That(() => Dropout.Apply(step, x, rate), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("below 1"));
    }

    private static Tensor Ones(Step step, TensorShape shape) => Feature(step, shape, [.. Enumerable.Repeat(1f, (int)shape.Elements)]);
}

using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Profiling;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Addition;
using SegFromScratch.Kernels.BatchNormalization;
using SegFromScratch.Kernels.Checking;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Layers.Modules;
using SegFromScratch.Tests.Operations;
using SegFromScratch.Tests.Support;

namespace SegFromScratch.Tests.Layers;

/// <summary>In inference the sum at the end of a residual block is made where the last convolution stores: the answers are those of an addition after it.</summary>
[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.UsableWithBlocks))]
public sealed class ResidualSumTests(string device, int channelBlock) : DeviceFixture(device, channelBlock)
{
    private static readonly TensorShape s_input = new(2, 16, 7, 9);

    // Matrix products; few channels, whose last vector is not full; depthwise, which adds after itself.
    [Test]
    public void The_bits_are_those_of_an_addition_after_it([Values] bool relu, [Values("3x3", "1x1", "many channels", "depthwise")] string kind)
    {
        int channels = kind == "many channels" ? 130 : 5, groups = kind == "depthwise" ? channels : 1, kernel = kind == "1x1" ? 1 : 3;
        var random = new CheckRandom($"residual {kind} {relu}");
        var shape = new TensorShape(2, channels, 5, 7);
        Tensor weight = Persistent(random.Normal(new TensorShape(channels, channels / groups, kernel, kernel)));
        var normalization = new FrozenNormalization(Vector(random, channels), Vector(random, channels), Vector(random, channels), Vector(random, channels), 1e-3f, Relu: false);
        ConvolutionOptions options = ConvolutionOptions.Symmetric(kernel / 2, groups: groups);
        using Step step = Begin(training: false);
        Tensor input = Input(step, random, shape), added = Input(step, random, shape);
        float[] fused = NormalizedConvolution.ApplyAndAdd(step, input, weight, null, options, normalization, new ResidualSum(added, relu)).ToArray();
        Tensor residual = NormalizedConvolution.Apply(step, input, weight, null, options, normalization);
        Tensor after = relu ? Addition.ApplyRelu(step, residual, added) : Addition.Apply(step, residual, added);
        Assert.That(fused, Is.EqualTo(after.ToArray()));
        Assert.That(fused.Min(), relu ? Is.Zero : Is.Negative);
        Assert.That(fused, Is.Not.EqualTo(residual.ToArray()));
    }

    [TestCase("bottleneck")]
    [TestCase("bottleneck with a shortcut")]
    [TestCase("basic")]
    [TestCase("basic with a shortcut")]
    [TestCase("inverted")]
    [TestCase("inverted of Keras")]
    [TestCase("xception")]
    [TestCase("xception with a shortcut")]
    [TestCase("xception with its ReLUs before the sum")]
    public void A_block_answers_as_it_does_operation_by_operation(string name)
    {
        Module block = ResidualBlocks.Create(Device, name);
        foreach ((string fullName, Parameter parameter) in block.Parameters().Where(p => p.Parameter.Role != ParameterRole.Weight))
            parameter.Value.Write(Singles(new CheckRandom(fullName).Uniform(parameter.Value.Shape, 0.5, 1.5)));
        float[] fused = Answer(block);
        Device.NaiveKernels = true;
        float[] expected = Answer(block);
        Device.NaiveKernels = false;
        AssertNear(fused, Array.ConvertAll(expected, value => (double)value), 1e-4);
        if (Device is not CompiledDevice)
            return;
        using IKernelTimes times = Device.MeasureKernels()!;
        Answer(block);
        bool isSeparate = name == "xception with its ReLUs before the sum";
        Assert.That(times.Read().Kernels.Any(kernel => kernel.Kernel.StartsWith("Addition", StringComparison.Ordinal)), Is.EqualTo(isSeparate), "a pass over memory for the sum");
    }

    [Test]
    public void A_summand_of_another_shape_and_a_ReLU_before_the_sum_are_refused()
    {
        var random = new CheckRandom("refused");
        Tensor weight = Persistent(random.Normal(new TensorShape(16, 16, 1, 1))), vector = Vector(random, 16);
        var normalization = new FrozenNormalization(vector, vector, vector, vector, 1e-3f, Relu: false);
        using Step step = Begin(training: false);
        Tensor input = Input(step, random, s_input), other = Input(step, random, s_input with { Width = 8 });
        Tensor Run(FrozenNormalization frozen, Tensor added) => NormalizedConvolution.ApplyAndAdd(step, input, weight, null, ConvolutionOptions.Default, frozen, new ResidualSum(added, Relu: true));
        Assert.That(() => Run(normalization, other), Throws.ArgumentException.With.Message.Contains("2x16x7x8"));
        Assert.That(() => Run(normalization with { Relu = true }, input), Throws.ArgumentException.With.Message.Contains("ReLU"));
    }

    private float[] Answer(Module block)
    {
        using Step step = Begin(training: false);
        return block.Forward(step, Input(step, new CheckRandom("input"), s_input)).ToArray();
    }

    private static Tensor Input(Step step, CheckRandom random, TensorShape shape)
    {
        Tensor input = step.Create(shape, "x");
        input.Write(Singles(random.Normal(shape)));
        return input;
    }

    // Above 0 and away from it, so that it serves as a variance too.
    private Tensor Vector(CheckRandom random, int channels) => Persistent(random.Uniform(TensorShape.Vector(channels), 0.5, 1.5));

    private Tensor Persistent(HostTensor<double> values) => Tensor.Persistent(Device, values.Shape, Singles(values));

    private static float[] Singles(HostTensor<double> tensor) => Array.ConvertAll(tensor.Values, value => (float)value);
}

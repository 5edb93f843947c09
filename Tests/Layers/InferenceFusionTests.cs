using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.BatchNormalization;
using SegFromScratch.Kernels.Checking;
using SegFromScratch.Kernels.Concatenation;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Layers.Models;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Tests.Layers;

/// <summary>In inference a convolution, its normalisation and its ReLU are one operation: the answers are those of the three.</summary>
public sealed class InferenceFusionTests
{
    private static readonly TensorShape s_image = new(1, 3, 64, 64);

    [TestCase("unet")]
    [TestCase("deeplabv3plus_xception")]
    [TestCase("deeplabv3plus_mobilenetv2")]
    [TestCase("unet_plus_plus")]
    public void A_network_answers_as_it_does_operation_by_operation(string name)
    {
        using var device = new CpuDevice(2);
        SegmentationModel model = ModelCatalog.Create(name, device, 3, new ModelChoices(8, null), 1);
        Randomize(model);
        float[] fused = Logits(device, model);
        device.NaiveKernels = true;
        AssertNear(fused, Logits(device, model));
    }

    [Test]
    public void Whatever_changes_is_seen_by_the_next_inference()
    {
        using var device = new CpuDevice(1);
        SegmentationModel model = ModelCatalog.Create("unet", device, 3, new ModelChoices(2, null), 1);
        Randomize(model);
        float[] before = Logits(device, model);
        foreach ((string fullName, Parameter parameter) in model.Parameters())
        {
            float[] kept = parameter.Value.ToArray();
            parameter.Value.Write([.. kept.Select(value => (1.5f * value) + 0.25f)]);
            Assert.That(Logits(device, model), Is.Not.EqualTo(before), fullName);
            parameter.Value.Write(kept);
            Assert.That(Logits(device, model), Is.EqualTo(before), fullName);
        }
    }

    // Factors that are powers of two and small whole numbers: every product and sum is exact.
    [TestCase(true)]
    [TestCase(false)]
    public void Small_integers_come_out_exact(bool relu)
    {
        using var device = new CpuDevice(2);
        const int channels = 20, outputs = 24;
        var random = new CheckRandom("normalized convolution");
        Tensor weight = Persistent(device, new TensorShape(outputs, channels, 3, 3), random), bias = Persistent(device, TensorShape.Vector(outputs), random);
        var normalization = new FrozenNormalization(
            Constant(device, outputs, 4), Persistent(device, TensorShape.Vector(outputs), random), Persistent(device, TensorShape.Vector(outputs), random), Constant(device, outputs, 3), 1, relu);
        using var step = new Step(device, training: false);
        var shape = new TensorShape(2, channels, 7, 9);
        Tensor input = step.Input(shape, Integers(shape, random), "x", channelBlock: 16);
        // Dilated, because Winograd rounds.
        ConvolutionOptions options = ConvolutionOptions.Symmetric(2, dilation: 2);
        float[] fused = NormalizedConvolution.Apply(step, input, weight, bias, options, normalization).ToArray();
        float[] expected = [.. Convolution.Apply(step, input, weight, bias, options).ToArray().Select((value, i) =>
        {
            int c = i / (shape.Height * shape.Width) % outputs;
            float y = (2 * (value - normalization.RunningMean.ToArray()[c])) + normalization.Beta.ToArray()[c];
            return relu ? Math.Max(0, y) : y;
        })];
        Assert.That(fused, Is.EqualTo(expected));
    }

    // Winograd (3x3), direct (5x5), and layouts that cannot be read as one.
    [TestCase(16, 16, 3)]
    [TestCase(32, 32, 3)]
    [TestCase(8, 8, 3)]
    [TestCase(8, 8, 1)]
    [TestCase(16, 16, 5)]
    [TestCase(32, 32, 5)]
    [TestCase(12, 12, 3)]
    [TestCase(8, 24, 3)]
    public void Two_tensors_are_read_as_their_concatenation(int first, int second, int kernel)
    {
        using var device = new CpuDevice(2);
        const int outputs = 24;
        var random = new CheckRandom($"joined {first} {second} {kernel}");
        Tensor weight = Persistent(device, new TensorShape(outputs, first + second, kernel, kernel), random), bias = Persistent(device, TensorShape.Vector(outputs), random);
        var normalization = new FrozenNormalization(
            Constant(device, outputs, 4), Persistent(device, TensorShape.Vector(outputs), random), Persistent(device, TensorShape.Vector(outputs), random), Constant(device, outputs, 3), 1, Relu: true);
        using var step = new Step(device, training: false);
        Tensor Input(int channels)
        {
            var shape = new TensorShape(3, channels, 12, 16);
            return step.Input(shape, Integers(shape, random), "x", channelBlock: device.ChannelBlock(channels));
        }

        (Tensor one, Tensor other) = (Input(first), Input(second));
        ConvolutionOptions options = ConvolutionOptions.Symmetric(kernel / 2);
        float[] joined = NormalizedConvolution.ApplyJoined(step, one, other, weight, bias, options, normalization).ToArray();
        float[] expected = NormalizedConvolution.Apply(step, Concatenation.Apply(step, one, other), weight, bias, options, normalization).ToArray();
        AssertNear(joined, expected);
        Assert.That(joined.Max(), Is.Positive);
    }

    [Test]
    public void A_training_step_is_refused()
    {
        using var device = new CpuDevice(1);
        using var step = new Step(device, training: true);
        Tensor vector = Constant(device, 8, 1), weight = Tensor.Persistent(device, new TensorShape(8, 8, 1, 1));
        var normalization = new FrozenNormalization(vector, vector, vector, vector, 1, Relu: false);
        Tensor input = step.Input(new TensorShape(1, 8, 2, 2), new float[32], "x", channelBlock: 8);
        Assert.That(() => NormalizedConvolution.Apply(step, input, weight, null, ConvolutionOptions.Default, normalization), Throws.InvalidOperationException);
    }

    private static float[] Logits(CpuDevice device, SegmentationModel model)
    {
        using var step = new Step(device, training: false);
        return model.Forward(step, step.Input(s_image, Singles(new CheckRandom("image").Normal(s_image)), "images")).ToArray();
    }

    // Statistics and factors as after some training, so that leaving one out is seen.
    private static void Randomize(SegmentationModel model)
    {
        foreach ((string fullName, Parameter parameter) in model.Parameters())
        {
            float[] values = parameter.Value.ToArray();
            float[] noise = Singles(new CheckRandom(fullName).Normal(parameter.Value.Shape));
            if (parameter.Role != ParameterRole.Weight)
                parameter.Value.Write([.. values.Select((value, i) => value + (0.1f * Math.Abs(noise[i])))]);
        }
    }

    private static void AssertNear(float[] actual, float[] expected)
    {
        double scale = Math.Sqrt(expected.Average(value => (double)value * value));
        double error = expected.Zip(actual, (a, b) => Math.Abs((double)a - b)).Max();
        Assert.That(error <= 1e-4 * scale, Is.True, $"{error} of {scale}");
    }

    private static Tensor Persistent(CpuDevice device, TensorShape shape, CheckRandom random) => Tensor.Persistent(device, shape, Integers(shape, random));

    private static Tensor Constant(CpuDevice device, int channels, float value) => Tensor.Persistent(device, TensorShape.Vector(channels), [.. Enumerable.Repeat(value, channels)]);

    private static float[] Integers(TensorShape shape, CheckRandom random) => Singles(random.SmallIntegers(shape));

    private static float[] Singles(HostTensor<double> tensor) => [.. tensor.Values.Select(value => (float)value)];
}

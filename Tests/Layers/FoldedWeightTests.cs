using SegFromScratch.Engine.Devices.OpenCl;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.BatchNormalization;
using SegFromScratch.Kernels.Checking;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Tests.Support;

namespace SegFromScratch.Tests.Layers;

/// <summary>In inference on an OpenCL device a convolution, its normalisation and its ReLU are one kernel: the answers are those of the operations one by one.</summary>
public sealed class FoldedWeightTests
{
    private const int Channels = 6;

    // The last has three channels a group, too few for a tile: the first rung runs, and the normalisation after it.
    [TestCase(1, true)]
    [TestCase(1, false)]
    [TestCase(Channels, true)]
    [TestCase(2, true)]
    public void One_kernel_answers_as_the_operations_do(int groups, bool relu)
    {
        using OpenClDevice device = Open();
        var random = new CheckRandom($"folded {groups} {relu}");
        Tensor weight = Persistent(device, random.Normal(new TensorShape(Channels, Channels / groups, 3, 3))), bias = Vector(device, random, 1);
        var normalization = new FrozenNormalization(Vector(device, random, 1), Vector(device, random, 1), Vector(device, random, 1), Vector(device, random, 0.1), 1e-3f, relu);
        ConvolutionOptions options = ConvolutionOptions.Symmetric(1, groups: groups);
        HostTensor<double> numbers = random.Normal(new TensorShape(2, Channels, 7, 19));

        float[] Answer()
        {
            using var step = new Step(device, training: false);
            return NormalizedConvolution.Apply(step, Input(step, numbers), weight, bias, options, normalization).ToArray();
        }

        float[] OneByOne()
        {
            using var step = new Step(device, training: false);
            Tensor sum = Convolution.Apply(step, Input(step, numbers), weight, bias, options);
            return BatchNormalization.Apply(
                step, sum, normalization.Gamma, normalization.Beta, normalization.RunningMean, normalization.RunningVariance,
                new BatchNormalizationOptions { UseBatchStatistics = false, Epsilon = normalization.Epsilon, Relu = relu }).ToArray();
        }

        float[] first = Answer();
        Assert.Multiple(() =>
        {
            Assert.That(first, Is.EqualTo(OneByOne()).Within(1e-4));
            Assert.That(first.Min(), relu ? Is.Zero : Is.Negative);
            Assert.That(Answer(), Is.EqualTo(first), "the folded weights that were kept are the same");
        });
        foreach (Tensor changed in (Tensor[])[weight, bias, normalization.Gamma, normalization.Beta, normalization.RunningMean, normalization.RunningVariance])
        {
            changed.Write([.. changed.ToArray().Select(value => value + 0.5f)]);
            Assert.That(Answer(), Is.EqualTo(OneByOne()).Within(1e-4), $"after {changed.Name} has changed");
        }
    }

    private static OpenClDevice Open()
    {
        if (!TestDevices.Usable.Contains("opencl"))
            Assert.Ignore("there is no OpenCL device");
        return new OpenClDevice();
    }

    private static Tensor Input(Step step, HostTensor<double> numbers) => step.Input(numbers.Shape, Array.ConvertAll(numbers.Values, value => (float)value), "x");

    // Above 0 and away from it, so that it serves as a variance too.
    private static Tensor Vector(OpenClDevice device, CheckRandom random, double low) => Persistent(device, random.Uniform(TensorShape.Vector(Channels), low, low + 1));

    private static Tensor Persistent(OpenClDevice device, HostTensor<double> values)
    {
        Tensor tensor = Tensor.Persistent(device, values.Shape);
        tensor.Write(Array.ConvertAll(values.Values, value => (float)value));
        return tensor;
    }
}

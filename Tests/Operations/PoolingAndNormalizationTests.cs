using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.AdaptiveAveragePooling;
using SegFromScratch.Kernels.AveragePooling;
using SegFromScratch.Kernels.GroupNormalization;
using SegFromScratch.Kernels.LocalResponseNormalization;
using SegFromScratch.Kernels.MaxPooling;
using SegFromScratch.Kernels.MaxUnpooling;

namespace SegFromScratch.Tests.Operations;

/// <summary>Pooling other than max pooling, and normalisation other than by batch, against numbers that PyTorch 1.13 gave in double; and what is refused.</summary>
[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.UsableWithBlocks))]
public sealed class PoolingAndNormalizationTests(string device, int channelBlock) : DeviceFixture(device, channelBlock)
{
    private static readonly TensorShape s_square = new(1, 1, 3, 3);
    private static readonly float[] s_ramp = [1, 2, 3, 4, 5, 6, 7, 8, 9];

    [TestCase(1, true, new[] { 0.25, 1.25, 2.75, 7.0 })]
    [TestCase(1, false, new[] { 1.0, 2.5, 5.5, 7.0 })]
    [TestCase(0, true, new[] { 3.0, 4.5, 7.5, 9.0 })]
    public void Average_pooling_counts_what_PyTorch_counts(int padding, bool countPadding, double[] expected)
    {
        using Step step = Begin();
        Tensor x = Feature(step, s_square, s_ramp);
        AssertNear(AveragePooling.Apply(step, x, AveragePoolingOptions.Square(2, 2, padding, roundUp: true, countPadding)).ToArray(), expected);
    }

    [TestCase(2, 2, new[] { 3.0, 4.0, 6.0, 7.0 })]
    [TestCase(1, 4, new[] { 4.0, 4.5, 5.5, 6.0 })]
    public void Adaptive_windows_overlap_where_sizes_do_not_divide(int height, int width, double[] expected)
    {
        using Step step = Begin();
        AssertNear(AdaptiveAveragePooling.Apply(step, Feature(step, s_square, s_ramp), height, width).ToArray(), expected);
    }

    [Test]
    public void Unpooling_puts_maxima_back_where_they_were()
    {
        using Step step = Begin();
        Tensor image = Feature(step, new TensorShape(1, 2, 3, 4), 1, 9, 2, 3, 4, 5, 8, 7, 0, 0, 0, 0, 5, 1, 1, 1, 1, 1, 1, 6, 0, 0, 0, 0);
        MaxPoolingResult pooled = MaxPooling.ApplyWithIndices(step, image, MaxPoolingOptions.Square(2, 2));
        Tensor restored = MaxUnpooling.Apply(step, pooled.Output, pooled.Indices, MaxPoolingOptions.Square(2, 2), 3, 4);
        Assert.That(restored.ToArray(), Is.EqualTo((float[])[0, 9, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0]));
        Assert.That(
            () => MaxUnpooling.Apply(step, pooled.Output, pooled.Indices, MaxPoolingOptions.Square(2, 2), 4, 4),
            Throws.ArgumentException.With.Message.Contains("pooling that gives 2x2"));
    }

    [Test]
    public void Group_normalization()
    {
        using Step step = Begin();
        Tensor x = Feature(step, new TensorShape(1, 4, 2, 2), 1, 2, 4, 9, 0, 1, -1, 5, 3, 3, 2, 6, 1, 0, 0, 2);
        Tensor gamma = Plain(step, TensorShape.Vector(4), 1, 2, -1, 0.5f), beta = Plain(step, TensorShape.Vector(4), 0, 1, 0, -1);
        Tensor y = GroupNormalization.Apply(step, x, 2, gamma, beta);
        AssertNear(
            y.ToArray(),
            [-0.534748256, -0.205672406, 0.452479293, 2.097858542, -0.727648211, -0.069496512, -1.385799911, 2.563110286,
             -0.477395327, -0.477395327, 0.068199332, -2.114179306, -1.306896996, -1.579694326, -1.579694326, -1.034099666]);
        BackwardWith(step, y, 1, -2, 0.5f, 3, 0, 1, 2, -1, 1, 1, -1, 2, 0.5f, -0.5f, 0, 1);
        AssertNear(
            x.Gradient!.ToArray(),
            [0.039533671, -0.934052001, -0.084078622, 0.806820390, -0.303184056, 0.368609521, 0.999477465, -0.893126368,
             -0.207453352, -0.207453352, 0.692143994, -0.178272093, 0.091356026, -0.373033276, -0.236634611, 0.419346664]);
        AssertNear(gamma.Gradient!.ToArray(), [6.396411829, -3.702103310, 5.251348598, 0.204597997]);
        AssertNear(beta.Gradient!.ToArray(), [2.5, 2, 3, 1]);
    }

    [TestCase(3, new[] { 0.306771450, -0.334933367, 0.520524200, 0.108521320 }, new[] { 0.212384569, 0.222800318, -0.069206936, 0.054609272 })]
    [TestCase(2, new[] { 0.502973372, -0.491297980, 0.403733934, 0.084219693 }, new[] { 0.087812892, 0.148166241, 0.000935102, 0.081281797 })]
    public void Local_response_normalization(int size, double[] expected, double[] gradient)
    {
        using Step step = Begin();
        Tensor x = Feature(step, TensorShape.Vector(4), 1, -2, 3, 0.5f);
        Tensor y = LocalResponseNormalization.Apply(step, x, new LocalResponseNormalizationOptions(size, Alpha: 2f, Beta: 0.75f, K: 1.5f));
        AssertNear(y.ToArray(), expected);
        BackwardWith(step, y, 1, -1, 2, 0.5f);
        AssertNear(x.Gradient!.ToArray(), gradient);
    }

    [Test]
    public void Wrong_arguments_are_refused()
    {
        using Step step = Begin();
        Tensor x = Feature(step, s_square, s_ramp);
        Assert.Multiple(() =>
        {
            Assert.That(() => AveragePooling.Apply(step, x, AveragePoolingOptions.Square(2, 2, padding: 2)), Throws.ArgumentException.With.Message.Contains("smaller than the window"));
            Assert.That(() => AveragePooling.Apply(step, x, AveragePoolingOptions.Square(4, 1)), Throws.ArgumentException.With.Message.Contains("does not fit"));
            Assert.That(() => AdaptiveAveragePooling.Apply(step, x, 0, 1), Throws.ArgumentException.With.Message.Contains("at least 1"));
            Assert.That(() => GroupNormalization.Apply(step, x, 2), Throws.ArgumentException.With.Message.Contains("2 groups do not divide"));
            Assert.That(
                () => LocalResponseNormalization.Apply(step, x, new LocalResponseNormalizationOptions(3, K: 0f)),
                Throws.ArgumentException.With.Message.Contains("k 0 above 0"));
        });
    }
}

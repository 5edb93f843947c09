using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.BatchNormalization;

namespace SegFromScratch.Tests.Operations;

/// <summary>Batch normalisation against numbers that PyTorch 1.13 gave in double, its running statistics and its accuracy.</summary>
[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.UsableWithBlocks))]
public sealed class BatchNormalizationTests(string device, int channelBlock) : DeviceFixture(device, channelBlock)
{
    private static readonly TensorShape s_shape = new(2, 1, 1, 2);

    [Test]
    public void Output_gradients_and_running_statistics_are_those_of_PyTorch()
    {
        using Step step = Begin();
        Tensor x = Feature(step, s_shape, 1f, 2f, 4f, 9f);
        Tensor gamma = Plain(step, TensorShape.Scalar, 1f), beta = Plain(step, TensorShape.Scalar, 0f);
        Tensor runningMean = Plain(step, TensorShape.Scalar, 0f), runningVariance = Plain(step, TensorShape.Scalar, 1f);
        Tensor y = BatchNormalization.Apply(step, x, gamma, beta, runningMean, runningVariance);
        AssertNear(y.ToArray(), [-0.973328014507, -0.648885343005, 0, 1.622213357511]);
        AssertNear(runningMean.ToArray(), [0.4]);
        AssertNear(runningVariance.ToArray(), [2.166666666667]);
        BackwardWith(step, y, 1f, -2f, 0.5f, 3f);
        AssertNear(x.Gradient!.ToArray(), [0.531487892319, -0.578447419023, -0.040555333938, 0.087514860641]);
        AssertNear(gamma.Gradient!.ToArray(), [5.191082744036]);
        AssertNear(beta.Gradient!.ToArray(), [2.5]);
    }

    [Test]
    public void Frozen_layers_leave_the_running_statistics_alone_and_still_have_gradients()
    {
        using Step step = Begin();
        Tensor x = Feature(step, s_shape, 1f, 2f, 4f, 9f);
        Tensor gamma = Plain(step, TensorShape.Scalar, 3f), beta = Plain(step, TensorShape.Scalar, 1f);
        Tensor runningMean = Plain(step, TensorShape.Scalar, 2f), runningVariance = Plain(step, TensorShape.Scalar, 4f);
        var options = new BatchNormalizationOptions { UseBatchStatistics = false, Epsilon = 0f };
        Tensor y = BatchNormalization.Apply(step, x, gamma, beta, runningMean, runningVariance, options);
        AssertNear(y.ToArray(), [-0.5, 1, 4, 11.5]);
        BackwardWith(step, y, 1f, -2f, 0.5f, 3f);
        AssertNear(x.Gradient!.ToArray(), [1.5, -3, 0.75, 4.5]);
        AssertNear(gamma.Gradient!.ToArray(), [-0.5 + 0 + 0.5 + 10.5]);
        AssertNear(beta.Gradient!.ToArray(), [2.5]);
        Assert.That(runningMean.ToScalar(), Is.EqualTo(2f));
        Assert.That(runningVariance.ToScalar(), Is.EqualTo(4f));
    }

    [Test]
    public void The_fused_relu_cuts_output_and_gradient()
    {
        using Step step = Begin();
        Tensor x = Feature(step, s_shape, 1f, 2f, 4f, 9f);
        Tensor runningMean = Plain(step, TensorShape.Scalar, 3f), runningVariance = Plain(step, TensorShape.Scalar, 1f);
        var options = new BatchNormalizationOptions { UseBatchStatistics = false, Epsilon = 0f, Relu = true };
        Tensor y = BatchNormalization.Apply(step, x, null, null, runningMean, runningVariance, options);
        AssertNear(y.ToArray(), [0, 0, 1, 6]);
        BackwardWith(step, y, 1f, -2f, 0.5f, 3f);
        AssertNear(x.Gradient!.ToArray(), [0, 0, 0.5, 3]);
    }

    [Test]
    public void The_variance_keeps_its_digits_when_the_mean_is_large()
    {
        using Step step = Begin();
        // 10000 +- 1: the sum of squares would need 15 digits to leave 7 of the variance.
        var values = new float[64 * 64];
        for (int i = 0; i < values.Length; i++)
            values[i] = i % 2 == 0 ? 9999f : 10001f;
        Tensor x = Feature(step, new TensorShape(1, 1, 64, 64), values);
        Tensor runningMean = Plain(step, TensorShape.Scalar, 0f), runningVariance = Plain(step, TensorShape.Scalar, 0f);
        var options = new BatchNormalizationOptions { Momentum = 1f, Epsilon = 0f };
        float[] y = BatchNormalization.Apply(step, x, null, null, runningMean, runningVariance, options).ToArray();
        AssertNear(y, [.. values.Select(value => value - 10000.0)]);
        AssertNear(runningMean.ToArray(), [10000]);
        AssertNear(runningVariance.ToArray(), [4096.0 / 4095.0]);
    }

    [Test]
    public void One_value_a_channel_has_no_variance()
    {
        using Step step = Begin();
        Tensor x = Feature(step, TensorShape.Vector(3), 1f, 2f, 3f);
        Assert.That(
            () => BatchNormalization.Apply(step, x, null, null, null, null),
            Throws.ArgumentException.With.Message.Contains("one value a channel").And.Message.Contains("larger batch"));
    }

    [Test]
    public void Missing_and_misshapen_vectors_are_refused()
    {
        using Step step = Begin();
        Tensor x = Feature(step, s_shape, 1f, 2f, 4f, 9f);
        Tensor two = Plain(step, TensorShape.Vector(2), 1f, 1f);
        Assert.That(() => BatchNormalization.Apply(step, x, two, null, null, null), Throws.ArgumentException.With.Message.Contains("1x1x1x1"));
        Assert.That(
            () => BatchNormalization.Apply(step, x, null, null, null, null, new BatchNormalizationOptions { UseBatchStatistics = false }),
            Throws.ArgumentException.With.Message.Contains("are needed"));
    }
}

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
    public void A_sum_with_its_relu_has_the_output_and_the_gradients_of_PyTorch()
    {
        using Step step = Begin();
        Tensor x = Feature(step, s_shape, 1f, 2f, 4f, 9f), a = Feature(step, s_shape, 2f, 0.5f, -1f, -1f);
        Tensor gamma = Plain(step, TensorShape.Scalar, 1.5f), beta = Plain(step, TensorShape.Scalar, 0.25f);
        Tensor y = BatchNormalization.ApplyAndAdd(step, x, a, relu: true, gamma, beta, null, null);
        AssertNear(y.ToArray(), [0.7900079782397884, 0, 0, 1.6833200362670193]);
        BackwardWith(step, y, 1f, -2f, 0.5f, 3f);
        AssertNear(x.Gradient!.ToArray(), [0.4610496268194071, -0.17929758937379914, -0.48666400725340386, 0.20491196980779594]);
        AssertNear(a.Gradient!.ToArray(), [1, 0, 0, 3]);
        AssertNear(gamma.Gradient!.ToArray(), [3.893312058027231]);
        AssertNear(beta.Gradient!.ToArray(), [4]);
    }

    [Test]
    public void A_tensor_that_is_normalised_and_added_to_itself_takes_both_gradients()
    {
        using Step step = Begin();
        Tensor x = Feature(step, s_shape, 1f, 2f, 4f, 9f);
        Tensor runningMean = Plain(step, TensorShape.Scalar, 3f), runningVariance = Plain(step, TensorShape.Scalar, 0.25f);
        var options = new BatchNormalizationOptions { UseBatchStatistics = false, Epsilon = 0f };
        Tensor y = BatchNormalization.ApplyAndAdd(step, x, x, relu: true, null, null, runningMean, runningVariance, options);
        AssertNear(y.ToArray(), [0, 0, 6, 21]);
        BackwardWith(step, y, 1f, -2f, 0.5f, 3f);
        AssertNear(x.Gradient!.ToArray(), [0, 0, 1.5, 9]);
    }

    // What a residual block keeps for its way back: the normalisation's input and, for the ReLU, the sum that the next layer keeps anyway.
    [Test]
    public void The_normalised_tensor_is_not_stored_and_a_sum_is_stored_once([Values] bool relu)
    {
        using Step step = Begin();
        var shape = new TensorShape(2, 16, 32, 32);
        Tensor x = step.Create(shape, "x", requiresGradient: true), a = step.Create(shape, "a", requiresGradient: true);
        var values = new float[shape.Elements];
        values[7] = 1;
        x.Write(values);
        a.Write(values);
        long before = Device.Pool.BytesInUse;
        Tensor y = BatchNormalization.ApplyAndAdd(step, x, a, relu, null, null, null, null);
        long vectors = 2 * 16 * sizeof(float);
        Assert.That(Device.Pool.BytesInUse - before, Is.InRange(y.Bytes + vectors, y.Bytes + vectors + 1024));
        Step.Release(y);
        Assert.That(Device.Pool.BytesInUse - before, relu ? Is.GreaterThan(y.Bytes) : Is.LessThan(2048));
    }

    [Test]
    public void A_summand_of_another_shape_and_a_relu_before_the_sum_are_refused()
    {
        using Step step = Begin();
        Tensor x = Feature(step, s_shape, 1f, 2f, 4f, 9f), other = Feature(step, new TensorShape(1, 1, 1, 2), 1f, 2f);
        Assert.That(() => BatchNormalization.ApplyAndAdd(step, x, other, relu: true, null, null, null, null), Throws.ArgumentException.With.Message.Contains("1x1x1x2"));
        Assert.That(
            () => BatchNormalization.ApplyAndAdd(step, x, x, relu: true, null, null, null, null, new BatchNormalizationOptions { Relu = true }),
            Throws.ArgumentException.With.Message.Contains("before the sum"));
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

using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Activation;

namespace SegFromScratch.Tests.Operations;

/// <summary>Activations and softmax against numbers that PyTorch 1.13 gave in double.</summary>
[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.UsableWithBlocks))]
public sealed class ActivationTests(string device, int channelBlock) : DeviceFixture(device, channelBlock)
{
    private static readonly float[] s_inputs = [-3f, -1f, -0.1f, 0.5f, 2f, 7f];

    [TestCase(ActivationKind.Relu, new[] { 0.0, 0, 0, 0.5, 2, 7 }, new[] { 0.0, 0, 0, 1, 1, 1 })]
    [TestCase(ActivationKind.Relu6, new[] { 0.0, 0, 0, 0.5, 2, 6 }, new[] { 0.0, 0, 0, 1, 1, 0 })]
    [TestCase(ActivationKind.LeakyRelu, new[] { -0.03, -0.01, -0.001, 0.5, 2, 7 }, new[] { 0.01, 0.01, 0.01, 1, 1, 1 })]
    [TestCase(ActivationKind.Sigmoid, new[] { 0.047425873, 0.268941421, 0.475020813, 0.622459331, 0.880797078, 0.999088949 }, new[] { 0.04517666, 0.196611933, 0.24937604, 0.235003712, 0.104993585, 0.000910221 })]
    [TestCase(ActivationKind.Tanh, new[] { -0.995054754, -0.761594156, -0.099667995, 0.462117157, 0.96402758, 0.999998337 }, new[] { 0.009866037, 0.419974342, 0.990066291, 0.786447733, 0.070650825, 3.326e-06 })]
    [TestCase(ActivationKind.Silu, new[] { -0.14227762, -0.268941421, -0.047502081, 0.311229666, 1.761594156, 6.993622642 }, new[] { -0.088104106, 0.072329488, 0.450083209, 0.739961187, 1.090784249, 1.005460497 })]
    [TestCase(ActivationKind.Gelu, new[] { -0.004049694, -0.158655254, -0.046017216, 0.345731231, 1.954499736, 7.0 }, new[] { -0.011945647, -0.083315471, 0.420476908, 0.867495125, 1.085231801, 1.0 })]
    public void Values_and_derivatives_are_those_of_PyTorch(ActivationKind kind, double[] values, double[] derivatives)
    {
        using Step step = Begin();
        Tensor x = Feature(step, new TensorShape(1, 3, 1, 2), s_inputs);
        Tensor y = Activation.Apply(step, kind, x);
        AssertNear(y.ToArray(), values);
        BackwardWith(step, y, 1, 1, 1, 1, 1, 1);
        AssertNear(x.Gradient!.ToArray(), derivatives);
    }

    [TestCase(ActivationKind.Sigmoid, 0, 1)]
    [TestCase(ActivationKind.Tanh, -1, 1)]
    [TestCase(ActivationKind.Silu, 0, 1000)]
    [TestCase(ActivationKind.Gelu, 0, 1000)]
    public void Large_inputs_give_the_limits(ActivationKind kind, double low, double high)
    {
        using Step step = Begin();
        Tensor x = Feature(step, new TensorShape(1, 2, 1, 1), -1000f, 1000f);
        AssertNear(Activation.Apply(step, kind, x).ToArray(), [low, high]);
    }

    [Test]
    public void A_negative_slope_is_refused()
    {
        using Step step = Begin();
        Tensor x = Feature(step, TensorShape.Scalar, 1f);
        Assert.That(() => Activation.LeakyRelu(step, x, -0.1f), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("0 or more"));
    }

    [Test]
    public void Softmax_of_one_two_three()
    {
        using Step step = Begin();
        Tensor x = Feature(step, TensorShape.Vector(3), 1f, 2f, 3f);
        AssertNear(Kernels.Softmax.Softmax.Apply(step, x).ToArray(), [0.090030573170, 0.244728471055, 0.665240955775]);
        AssertNear(Kernels.Softmax.Softmax.ApplyLogarithm(step, x).ToArray(), [-2.407605964444, -1.407605964444, -0.407605964444]);
    }
}

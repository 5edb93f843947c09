using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Optimizers;

namespace SegFromScratch.Tests.Operations;

/// <summary>Ten steps of each optimiser against numbers that PyTorch 1.13 gave in double, and devices against the references.</summary>
[TestFixture("debug", 1)]
[TestFixture("cpu", 0)]
[DeviceTestFixture("opencl", 0)]
[DeviceTestFixture("cuda", 0)]
public sealed class OptimizerTests(string device, int channelBlock) : DeviceFixture(device, channelBlock)
{
    private const int Steps = 10;
    private static readonly double[] s_start = [1, -2, 0.5];

    public static IEnumerable<TestCaseData> GradientDescents =>
    [
        new(new StochasticGradientDescentOptions(), new[] { 0.45, -1.7, 0.5 }),
        new(new StochasticGradientDescentOptions { Momentum = 0.9, WeightDecay = 0.01 }, new[] { -0.806847226772195, -0.6873298481106136, 0.4190332654598673 }),
        new(new StochasticGradientDescentOptions { Momentum = 0.9, WeightDecay = 0.01, Nesterov = true }, new[] { -1.1775631323257034, -0.5067701731759119, 0.42292445746987684 }),
    ];

    public static IEnumerable<TestCaseData> Adams =>
    [
        new(new AdamOptions(), new[] { 0.9015410917238035, -1.9000000033333335, 0.48454608509333646 }),
        new(new AdamOptions { WeightDecay = 0.1, Beta1 = 0.8, Beta2 = 0.99, Epsilon = 1e-3 }, new[] { 0.8944457231050464, -1.9003274489407405, 0.46662874672968796 }),
        new(new AdamOptions { WeightDecay = 0.1, DecoupledWeightDecay = true }, new[] { 0.8920238056848203, -1.8805385658353522, 0.47968696312831494 }),
    ];

    [TestCaseSource(nameof(GradientDescents))]
    public void Gradient_descent_is_that_of_PyTorch(StochasticGradientDescentOptions options, double[] expected)
    {
        double[] reference = [.. s_start], velocity = new double[3];
        using Tensors tensors = new(Persistent([.. s_start]), Persistent(new double[3]));
        for (int i = 0; i < Steps; i++)
        {
            StochasticGradientDescentReference.Update(reference, Gradient(i), velocity, 0.1, options);
            GiveGradient(tensors.All[0], Gradient(i));
            StochasticGradientDescent.Update(tensors.All[0], options.Momentum > 0 ? tensors.All[1] : null, 0.1f, options);
        }

        Assert.That(reference, Is.EqualTo(expected).Within(1e-12), "the reference");
        AssertNear(tensors.All[0].ToArray(), expected);
    }

    [TestCaseSource(nameof(Adams))]
    public void Adam_is_that_of_PyTorch(AdamOptions options, double[] expected)
    {
        double[] reference = [.. s_start], first = new double[3], second = new double[3];
        using Tensors tensors = new(Persistent([.. s_start]), Persistent(new double[3]), Persistent(new double[3]));
        for (int i = 0; i < Steps; i++)
        {
            AdamReference.Update(reference, Gradient(i), first, second, 0.01, options, i + 1);
            GiveGradient(tensors.All[0], Gradient(i));
            Adam.Update(tensors.All[0], tensors.All[1], tensors.All[2], 0.01f, options, i + 1);
        }

        Assert.That(reference, Is.EqualTo(expected).Within(1e-12), "the reference");
        AssertNear(tensors.All[0].ToArray(), expected);
        AssertNear(tensors.All[1].ToArray(), first);
        AssertNear(tensors.All[2].ToArray(), second);
    }

    public static IEnumerable<TestCaseData> RmsProps =>
    [
        new(new RmsPropOptions(), new[] { 0.30448012384102274, -1.4935133589266012, 0.4553531380898442 }),
        new(new RmsPropOptions { Momentum = 0.9, WeightDecay = 0.1, Smoothing = 0.9, Epsilon = 1e-3 }, new[] { 0.04007513849784979, -1.2177596199515803, 0.2726219871940431 }),
    ];

    [TestCaseSource(nameof(RmsProps))]
    public void RmsProp_is_that_of_PyTorch(RmsPropOptions options, double[] expected)
    {
        double[] reference = [.. s_start], square = new double[3], velocity = new double[3];
        using Tensors tensors = new(Persistent([.. s_start]), Persistent(new double[3]), Persistent(new double[3]));
        for (int i = 0; i < Steps; i++)
        {
            RmsPropReference.Update(reference, Gradient(i), square, velocity, 0.01, options);
            GiveGradient(tensors.All[0], Gradient(i));
            RmsProp.Update(tensors.All[0], tensors.All[1], tensors.All[2], 0.01f, options);
        }

        Assert.That(reference, Is.EqualTo(expected).Within(1e-12), "the reference");
        AssertNear(tensors.All[0].ToArray(), expected);
        AssertNear(tensors.All[1].ToArray(), square);
        AssertNear(tensors.All[2].ToArray(), velocity);
    }

    [Test]
    public void Gradients_are_shortened_together_as_in_PyTorch()
    {
        // (3, 4, 0) and (12, 0, 0) have the norm 13; clip_grad_norm_(6.5) gave these numbers in double.
        using Tensors tensors = new(Persistent([3, 4, 0]), Persistent([12, 0, 0]));
        var norm = new GradientNorm(Device, 2);
        Assert.That(norm.Clip(tensors.All, 13.1), Is.EqualTo(13).Within(1e-12));
        Assert.That(tensors.All[0].ToArray(), Is.EqualTo([3f, 4f, 0f]), "shorter than the limit: as they are");
        Assert.That(norm.Clip(tensors.All, 6.5), Is.EqualTo(13).Within(1e-12));
        AssertNear(tensors.All[0].ToArray(), [1.4999998846153937, 1.9999998461538582, 0]);
        AssertNear(tensors.All[1].ToArray(), [5.999999538461575, 0, 0]);
    }

    [Test]
    public void The_norm_of_a_long_gradient_is_exact_and_one_that_is_no_number_is_left_alone()
    {
        // 300,001 ones and twos: ranges do not divide it, and a plain float32 sum of squares would stop at 2^24.
        float[] values = [.. Enumerable.Range(0, 300_001).Select(i => i % 2 == 0 ? 16f : 32f)];
        Tensor gradient = Tensor.Persistent(Device, TensorShape.Vector(values.Length), values);
        var norm = new GradientNorm(Device, 1);
        Assert.That(norm.Measure([gradient]), Is.EqualTo(Math.Sqrt((150_001 * 256.0) + (150_000 * 1024.0))).Within(1e-3));
        values[77] = float.NaN;
        gradient.Write(values);
        Assert.That(norm.Clip([gradient], 1), Is.NaN);
        Assert.That(gradient.ToArray()[300_000], Is.EqualTo(16f));
        gradient.Discard();
    }

    [Test]
    public void Averages_follow_and_change_places()
    {
        using Tensors tensors = new(Persistent([1, -2, 0.5]), Persistent([3, -2, 0]));
        WeightAverage.Follow(tensors.All[0], tensors.All[1], 0.75);
        Assert.That(tensors.All[0].ToArray(), Is.EqualTo([1.5f, -2f, 0.375f]));
        WeightAverage.Swap(tensors.All[0], tensors.All[1]);
        Assert.That(tensors.All[0].ToArray(), Is.EqualTo([3f, -2f, 0f]));
        Assert.That(tensors.All[1].ToArray(), Is.EqualTo([1.5f, -2f, 0.375f]));
    }

    [Test]
    public void The_first_step_of_Adam_has_the_length_of_the_learning_rate()
    {
        // m' / sqrt(v') is then the sign of the gradient, however small: only exact bias corrections show it.
        using Tensors tensors = new(Persistent([0, 0, 0]), Persistent(new double[3]), Persistent(new double[3]));
        GiveGradient(tensors.All[0], [1e-4, -3, 500]);
        Adam.Update(tensors.All[0], tensors.All[1], tensors.All[2], 0.125f, new AdamOptions { Epsilon = 0 }, 1);
        AssertNear(tensors.All[0].ToArray(), [-0.125, 0.125, -0.125]);
    }

    [Test]
    public void Missing_gradients_and_states_are_named()
    {
        using Tensors tensors = new(Persistent([1, 2, 3]));
        Tensor parameter = tensors.All[0];
        Assert.That(() => StochasticGradientDescent.Update(parameter, null, 0.1f, new()), Throws.ArgumentException.With.Message.Contains("'weight' has no gradient"));
        GiveGradient(parameter, [1, 1, 1]);
        Assert.That(
            () => StochasticGradientDescent.Update(parameter, null, 0.1f, new() { Momentum = 0.9 }), Throws.ArgumentException.With.Message.Contains("velocity"));
        Assert.That(() => StochasticGradientDescent.Update(parameter, null, 0.1f, new() { Nesterov = true }), Throws.ArgumentException.With.Message.Contains("momentum above 0"));
        Assert.That(() => Adam.Update(parameter, parameter, parameter, 0.1f, new(), 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private static double[] Gradient(int i) => [0.1 * (i + 1), -0.3, i % 2 == 0 ? 0.2 : -0.2];

    private Tensor Persistent(double[] values) =>
        Tensor.Persistent(Device, TensorShape.Vector(3), Array.ConvertAll(values, value => (float)value), requiresGradient: true, name: "weight");

    // The gradient comes as in training: by a backward pass with it as the cotangent.
    private void GiveGradient(Tensor parameter, double[] gradient)
    {
        parameter.ClearGradient();
        using Step step = Begin();
        Tensor y = Kernels.Scale.Scale.Apply(step, parameter, 1f);
        BackwardWith(step, y, Array.ConvertAll(gradient, value => (float)value));
    }

    private sealed class Tensors(params Tensor[] all) : IDisposable
    {
        public Tensor[] All => all;

        public void Dispose()
        {
            foreach (Tensor tensor in all)
                tensor.Discard();
        }
    }
}

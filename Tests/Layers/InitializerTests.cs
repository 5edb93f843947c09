using SegFromScratch.Engine.Tensors;
using SegFromScratch.Layers.Initialization;

namespace SegFromScratch.Tests.Layers;

/// <summary>How wide the random numbers are that parameters begin with.</summary>
public sealed class InitializerTests
{
    // 64 filters of 16 channels and 3 x 3 taps: fan-in 144, fan-out 576.
    private static readonly TensorShape s_shape = new(64, 16, 3, 3);

    [TestCase(nameof(Initializers.HeNormal), 2.0 / 144)]
    [TestCase(nameof(Initializers.Normal), 2.0 / 144)]
    [TestCase(nameof(Initializers.HeNormalFanOut), 2.0 / 576)]
    [TestCase(nameof(Initializers.HeUniform), 2.0 / 144)]
    [TestCase(nameof(Initializers.UniformFanIn), 1.0 / (3 * 144))]
    [TestCase(nameof(Initializers.GlorotUniform), 2.0 / 720)]
    public void The_variance_is_the_published_one(string name, double variance)
    {
        float[] values = Filled(name);

        // Of 9216 numbers the variance of a normal distribution is known to 1.5 %; five times that is allowed.
        Assert.That(values.Select(value => (double)value * value).Average(), Is.EqualTo(variance).Within(7.5).Percent);
        Assert.That(values.Average(), Is.Zero.Within(5 * Math.Sqrt(variance / values.Length)));
    }

    [TestCase(nameof(Initializers.HeUniform), 6.0 / 144)]
    [TestCase(nameof(Initializers.UniformFanIn), 1.0 / 144)]
    [TestCase(nameof(Initializers.GlorotUniform), 6.0 / 720)]
    public void Uniform_numbers_reach_their_limit_and_no_farther(string name, double square) =>
        Assert.That(Filled(name).Max(Math.Abs), Is.InRange(0.99 * Math.Sqrt(square), 1.000001 * Math.Sqrt(square)));

    [Test]
    public void Normal_numbers_of_Keras_are_cut_at_two_deviations() =>
        Assert.That(Filled(nameof(Initializers.HeNormal)).Max(Math.Abs), Is.InRange(2.2 * Math.Sqrt(2.0 / 144), 2 / 0.8796 * Math.Sqrt(2.0 / 144)));

    private static float[] Filled(string name)
    {
        var values = new float[s_shape.Elements];
        ((Initializer)typeof(Initializers).GetProperty(name)!.GetValue(null)!)(s_shape, values, 7);
        return values;
    }
}

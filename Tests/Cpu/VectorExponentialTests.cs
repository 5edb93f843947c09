using System.Runtime.Intrinsics;
using SegFromScratch.Kernels.Activation.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Tests.Cpu;

/// <summary>The single-precision exponential and logarithm against the library's in double.</summary>
[TestFixture]
internal sealed class VectorExponentialTests
{
    // Two units in the last place.
    private const double Tolerance = 2.4e-7;

    [Test]
    public void Exponentials_are_right_to_two_units_in_the_last_place()
    {
        for (float x = 0; x > -87.3f; x = MathF.BitDecrement(x * 1.0001f) - 1e-5f)
            Near(VectorExponential.OfNonPositive(Vector256.Create(x))[3], Math.Exp(x), $"exp({x})");
    }

    [TestCase(0f, 1f)]
    [TestCase(-0f, 1f)]
    [TestCase(-88f, 0f)]
    [TestCase(-1e30f, 0f)]
    [TestCase(float.NegativeInfinity, 0f)]
    [TestCase(float.NaN, float.NaN)]
    public void Exponentials_at_the_ends(float x, float expected) =>
        Assert.That(VectorExponential.OfNonPositive(Vector256.Create(x))[0], Is.EqualTo(expected));

    [Test]
    public void Logarithms_are_right_to_two_units_in_the_last_place_also_near_0()
    {
        for (float e = 1; e > 1e-30f; e *= 0.9997f)
            Near(VectorExponential.LogarithmOfOnePlus(Vector256.Create(e))[5], e < 1e-9 ? e : Math.Log(1 + (double)e), $"log(1 + {e})", e < 1e-4 ? 1e-6 : Tolerance);
    }

    [TestCase(0f, 0f)]
    [TestCase(float.NaN, float.NaN)]
    public void Logarithms_at_the_ends(float e, float expected) =>
        Assert.That(VectorExponential.LogarithmOfOnePlus(Vector256.Create(e))[0], Is.EqualTo(expected));

    [TestCase(0f)]
    [TestCase(-80f)]
    [TestCase(-3.7f)]
    [TestCase(12.5f)]
    [TestCase(100f)]
    public void Sigmoids_keep_their_digits_on_both_sides(float x) =>
        Near(VectorSigmoid.Of(Vector256.Create(x))[1], 1 / (1 + Math.Exp(-x)), $"sigmoid({x})");

    private static void Near(float actual, double expected, string what, double tolerance = Tolerance)
    {
        if (!(Math.Abs(actual - expected) <= tolerance * Math.Abs(expected)))
            Assert.Fail($"{what} is {actual:r}, expected {expected:r}");
    }
}

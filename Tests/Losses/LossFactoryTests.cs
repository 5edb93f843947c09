using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Training.Data;
using SegFromScratch.Training.Images;
using SegFromScratch.Training.Losses;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Tests.Losses;

/// <summary>Every loss by name against its formula in double, with void pixels and with masks that overlap.</summary>
public sealed class LossFactoryTests
{
    private const int Classes = 3;
    private const int Void = 255;

    // 2 pictures of 2x3 pixels; the last pixel of each is void.
    private static readonly TensorShape s_shape = new(2, Classes, 2, 3);
    private static readonly int[] s_map = [0, 1, 2, 2, 0, Void, 1, 1, 0, 2, 0, Void];
    private static readonly float[] s_layers = [.. Enumerable.Range(0, 36).Select(i => i * 7 % 5 < 2 ? 1f : 0f)];
    private static readonly float[] s_logits = [.. Enumerable.Range(0, 36).Select(i => MathF.Sin(i * 1.7f) * 3)];
    private static readonly CpuDevice s_cpu = new(1);

    [Test]
    public void Cross_entropy_with_smoothing_and_weights()
    {
        double[] weights = [1, 2, 0.5];
        double sum = 0, weightSum = 0;
        foreach ((int truth, double[] p) in Pixels())
        {
            sum += weights[truth] * -0.8 * Math.Log(p[truth]);
            for (int c = 0; c < Classes; c++)
                sum += weights[c] * -0.2 / Classes * Math.Log(p[c]);
            weightSum += weights[truth];
        }

        AssertLoss("cross-entropy:smoothing=0.2,weights=1/2/0.5", false, sum / weightSum);
    }

    [Test]
    public void Focal_of_class_maps() =>
        AssertLoss("focal:gamma=3,alpha=0.25", false, Pixels().Average(pixel => -0.25 * Math.Pow(1 - pixel.P[pixel.Truth], 3) * Math.Log(pixel.P[pixel.Truth])));

    [Test]
    public void Focal_of_layers() => AssertLoss("focal", true, Elements().Average(e =>
    {
        double p = e.Truth == 1 ? e.P : 1 - e.P;
        return -Math.Pow(1 - p, 2) * Math.Log(p);
    }));

    [Test]
    public void Focal_with_an_alpha_a_class()
    {
        double[] alphas = [0.25, 1, 0.5];
        AssertLoss("focal:alpha=0.25/1/0.5", false, Pixels().Average(pixel => -alphas[pixel.Truth] * Math.Pow(1 - pixel.P[pixel.Truth], 2) * Math.Log(pixel.P[pixel.Truth])));
        AssertLoss("focal:alpha=0.25/1/0.5", true, Elements().Select((e, i) =>
        {
            double p = e.Truth == 1 ? e.P : 1 - e.P, alpha = alphas[i / 6 % 3];
            return -(e.Truth == 1 ? alpha : 1 - alpha) * Math.Pow(1 - p, 2) * Math.Log(p);
        }).Average());
    }

    [Test]
    public void Dice_of_class_maps_is_the_mean_over_the_classes_of_softmax_dice() =>
        AssertLoss("dice", false, Enumerable.Range(0, Classes).Average(c => 1 - (((2 * Overlap(c)) + 1) / (Pixels().Sum(x => x.P[c]) + Pixels().Count(x => x.Truth == c) + 1))));

    [Test]
    public void Squared_dice_of_class_maps_together() => AssertLoss(
        "dice:squared,each-class=false,smooth=0.5",
        false,
        1 - (((2 * Enumerable.Range(0, Classes).Sum(Overlap)) + 0.5) / (Pixels().Sum(x => x.P.Sum(p => p * p)) + Pixels().Count() + 0.5)));

    [Test]
    public void Dice_of_layers() =>
        AssertLoss("dice", true, 1 - (((2 * Elements().Sum(e => e.P * e.Truth)) + 1) / (Elements().Sum(e => e.P + e.Truth) + 1)));

    [Test]
    public void Tversky_of_class_maps() => AssertLoss("tversky:alpha=0.2,beta=0.8", false, Enumerable.Range(0, Classes).Average(c =>
    {
        double hit = Overlap(c) + 1, wrong = Pixels().Where(x => x.Truth != c).Sum(x => x.P[c]), missed = Pixels().Where(x => x.Truth == c).Sum(x => 1 - x.P[c]);
        return 1 - (hit / (hit + (0.2 * wrong) + (0.8 * missed)));
    }));

    [Test]
    public void Lovasz_of_class_maps() => AssertLoss("lovasz", false, Enumerable.Range(0, Classes).Average(c =>
    {
        (double Error, bool IsClass)[] errors = [.. Pixels().Select(x => (Math.Abs((x.Truth == c ? 1 : 0) - x.P[c]), x.Truth == c)).OrderByDescending(e => e.Item1)];
        double all = errors.Count(e => e.IsClass), wrongIn = 0, wrongOut = 0, before = 0, loss = 0;
        foreach ((double error, bool isClass) in errors)
        {
            (wrongIn, wrongOut) = isClass ? (wrongIn + 1, wrongOut) : (wrongIn, wrongOut + 1);
            double jaccard = 1 - ((all - wrongIn) / (all + wrongOut));
            (loss, before) = (loss + (error * (jaccard - before)), jaccard);
        }

        return loss;
    }));

    [Test]
    public void Lovasz_of_layers_is_the_hinge() => AssertLoss("lovasz", true, Enumerable.Range(0, Classes).Average(c =>
    {
        (double Margin, bool IsClass)[] margins = [.. Enumerable.Range(0, 36).Where(i => i / 6 % 3 == c).Select(i => (1 - (s_layers[i] == 1 ? s_logits[i] : -s_logits[i]), s_layers[i] == 1)).OrderByDescending(m => m.Item1)];
        double all = margins.Count(m => m.IsClass), wrongIn = 0, wrongOut = 0, before = 0, loss = 0;
        foreach ((double margin, bool isClass) in margins)
        {
            (wrongIn, wrongOut) = isClass ? (wrongIn + 1, wrongOut) : (wrongIn, wrongOut + 1);
            double jaccard = 1 - ((all - wrongIn) / (all + wrongOut));
            (loss, before) = (loss + (Math.Max(0, margin) * (jaccard - before)), jaccard);
        }

        return loss;
    }));

    [Test]
    public void A_sum_adds_its_terms()
    {
        double crossEntropy = Value("cross-entropy", false).Loss, dice = Value("dice", false).Loss, binary = Value("bce", true).Loss, layers = Value("dice", true).Loss;
        AssertLoss("cross-entropy+0.5*dice", false, crossEntropy + (0.5 * dice));
        AssertLoss("bce-dice", true, binary + layers);
        AssertLoss("auto", true, Value("focal", true).Loss + Value("dice:each-class", true).Loss);
        AssertLoss("auto", false, crossEntropy);
    }

    [TestCase("cross-entropy+0.5*dice:squared", false)]
    [TestCase("focal+tversky", false)]
    [TestCase("lovasz", false)]
    [TestCase("bce+tversky:alpha=0.4", true)]
    [TestCase("focal:alpha=0.2/0.5/0.7", true)]
    public void Its_gradient_is_that_of_the_formula(string name, bool isMultiLabel)
    {
        float[] gradient = Value(name, isMultiLabel).Gradient;
        for (int i = 0; i < gradient.Length; i++)
        {
            float[] up = [.. s_logits], down = [.. s_logits];
            (up[i], down[i]) = (up[i] + 0.01f, down[i] - 0.01f);
            double expected = (Value(name, isMultiLabel, up).Loss - Value(name, isMultiLabel, down).Loss) / (up[i] - down[i]);
            Assert.That(gradient[i], Is.EqualTo(expected).Within(2e-3), $"element {i}");
        }
    }

    [TestCase("cross-entropy+0.5*dice")]
    [TestCase("tversky")]
    public void Void_pixels_have_no_gradient(string name)
    {
        float[] gradient = Value(name, false).Gradient;
        foreach (int pixel in (int[])[5, 11])
        {
            for (int c = 0; c < Classes; c++)
                Assert.That(gradient[(pixel / 6 * 18) + (c * 6) + (pixel % 6)], Is.Zero);
        }
    }

    [TestCase("dise", false, "loss 'dise' is unknown; did you mean 'dice'?")]
    [TestCase("cross-entropy", true, "loss cross-entropy does not fit a stub, whose masks are one a class: choose bce, focal, dice, tversky, lovasz")]
    [TestCase("dice+bce", false, "loss bce does not fit a stub, whose masks are class maps: choose cross-entropy, focal, dice, tversky, lovasz")]
    [TestCase("focal:gama=2", false, "'focal' has no setting 'gama'; did you mean 'gamma'?")]
    [TestCase("focal:gamma=-1", false, "focal: gamma is 0 or more, alpha from 0 to 1, not -1 and .")]
    [TestCase("focal:alpha=2", false, "focal: gamma is 0 or more, alpha from 0 to 1, not 2 and 2.")]
    [TestCase("focal:alpha=0.5/0.5", false, "focal: alpha '0.5/0.5' must be a number from 0 to 1, or 3 of them, one a class, as 0.25/0.5/0.75.")]
    [TestCase("focal:alpha=0.5/0.5/2", true, "focal: alpha '0.5/0.5/2' must be")]
    [TestCase("tversky:beta=-1", false, "tversky: alpha and beta are 0 or more, not 0.3 and -1.")]
    [TestCase("dice:smooth=0", true, "dice: smooth is above 0, not 0.")]
    [TestCase("dice:squared=5", true, "The setting 'squared' of 'dice' must be true or false, not 5.")]
    [TestCase("cross-entropy:smoothing=2", false, "cross-entropy: smoothing lies between 0 and 1, not 2.")]
    [TestCase("cross-entropy:weights=1/2", false, "class weights '1/2': give none, median-frequency, or 3 numbers of 0 or more, one a class, as 1/2/0.5.")]
    public void What_cannot_be_is_told(string name, bool isMultiLabel, string message) =>
        Assert.That(Assert.Catch(() => Make(name, isMultiLabel))!.Message, Does.StartWith(message));

    [Test]
    public void Class_weights_without_cross_entropy_are_refused() =>
        Assert.That(
            () => LossFactory.Create(new NamedOptions { Name = "dice" }.With("class_weights", "median-frequency"), new Stub(false), s_cpu),
            Throws.ArgumentException.With.Message.StartsWith("class weights are for cross-entropy, which is not in the loss 'dice'"));

    private static double Overlap(int c) => Pixels().Where(x => x.Truth == c).Sum(x => x.P[c]);

    // The pixels that count, with the softmax of their logits.
    private static IEnumerable<(int Truth, double[] P)> Pixels()
    {
        for (int i = 0; i < s_map.Length; i++)
        {
            int pixel = i;
            double[] e = [.. Enumerable.Range(0, Classes).Select(c => Math.Exp(s_logits[(pixel / 6 * 18) + (c * 6) + (pixel % 6)]))];
            if (s_map[i] != Void)
                yield return (s_map[i], [.. e.Select(x => x / e.Sum())]);
        }
    }

    private static IEnumerable<(double Truth, double P)> Elements() => s_logits.Zip(s_layers, (x, t) => ((double)t, 1 / (1 + Math.Exp(-x))));

    private static void AssertLoss(string name, bool isMultiLabel, double expected) =>
        Assert.That(Value(name, isMultiLabel).Loss, Is.EqualTo(expected).Within(1e-5), name);

    private static ISegmentationLoss Make(string name, bool isMultiLabel) => LossFactory.Create(new NamedOptions { Name = name }, new Stub(isMultiLabel), s_cpu);

    private static (double Loss, float[] Gradient) Value(string name, bool isMultiLabel, float[]? logits = null)
    {
        Tensor x = Tensor.Persistent(s_cpu, s_shape, logits ?? s_logits, requiresGradient: true);
        using var step = new Step(s_cpu, training: true);
        BatchTarget target = isMultiLabel
            ? new BatchTarget(null, step.Input(s_shape, s_layers, "layers"))
            : new BatchTarget(step.InputArray<int>(s_map, "class map"), null);
        Tensor loss = Make(name, isMultiLabel).Apply(step, x, target);
        step.Backward(loss);
        (double, float[]) result = (loss.ToScalar(), x.Gradient!.ToArray());
        x.Discard();
        return result;
    }

    private sealed class Stub(bool isMultiLabel) : IDataSet
    {
        public string Name => "a stub";

        public int Count => 0;

        public IReadOnlyList<string> ClassNames => ["a", "b", "c"];

        public IReadOnlyList<(byte R, byte G, byte B)> ClassColors => [];

        public int? IgnoreIndex => isMultiLabel ? null : Void;

        public bool IsMultiLabel => isMultiLabel;

        public string NameOf(int index) => throw new NotSupportedException();

        public (int Width, int Height) SizeOf(int index) => throw new NotSupportedException();

        public Sample Load(int index) => throw new NotSupportedException();
    }
}

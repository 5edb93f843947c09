using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Addition;
using SegFromScratch.Kernels.BinaryCrossEntropy;
using SegFromScratch.Kernels.CrossEntropy;
using SegFromScratch.Kernels.Reduction;
using SegFromScratch.Kernels.Scale;
using SegFromScratch.Kernels.SoftDice;

namespace SegFromScratch.Tests.Operations;

/// <summary>Losses against numbers that PyTorch 1.13 gave in double, and at their edges.</summary>
[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.UsableWithBlocks))]
public sealed class LossTests(string device, int channelBlock) : LossFixture(device, channelBlock)
{
    private static readonly TensorShape s_shape = new(1, 3, 1, 2);
    private static readonly float[] s_logits = [0.5f, -1f, 2f, 0.25f, -1.5f, 3f];
    private static readonly float[] s_target = [1, 0, 0, 1, 1, 0];

    [TestCase(LossReduction.Mean, 0f, 2, 0.6279581506799329, new[] { -0.273989931498, 0.0112825125997, 0.265958675402, 0.039379838395, 0.00803125609562, -0.0506623509948 })]
    [TestCase(LossReduction.Mean, 0.2f, 2, 1.0720080261983884, new[] { -0.213720579897, -0.0105636258691, 0.247992099954, -0.048196389214, -0.0342715200567, 0.0587600150832 })]
    [TestCase(LossReduction.Sum, 0f, 2, 0.9419372260198994, new[] { -0.410984897247, 0.0169237688996, 0.398938013103, 0.0590697575925, 0.0120468841434, -0.0759935264921 })]
    [TestCase(LossReduction.Sum, 0.2f, 2, 1.6080120392975825, new[] { -0.320580869846, -0.0158454388037, 0.371988149931, -0.0722945838211, -0.051407280085, 0.0881400226248 })]
    [TestCase(LossReduction.Mean, 0f, 255, 1.7258020492315995, new[] { -0.821969794494, 0, 0.797876026206, 0, 0.0240937682868, 0 })]
    public void Cross_entropy_is_that_of_PyTorch(LossReduction reduction, float smoothing, int secondClass, double expected, double[] gradient)
    {
        using Step step = Begin();
        Tensor logits = Feature(step, s_shape, s_logits);
        Tensor weights = Plain(step, TensorShape.Vector(3), 0.5f, 2f, 1f);
        var options = new CrossEntropyOptions { IgnoreIndex = 255, Reduction = reduction, LabelSmoothing = smoothing };
        Tensor loss = CrossEntropy.Apply(step, logits, step.InputArray<int>([0, secondClass], "target"), options, weights);
        AssertLoss(step, loss, logits, expected, gradient);
    }

    [TestCase(255, LossReduction.Mean)]
    [TestCase(-1, LossReduction.Mean)]
    [TestCase(3, LossReduction.Sum)]
    public void Cross_entropy_without_a_pixel_that_counts_is_zero_and_so_is_its_gradient(int label, LossReduction reduction)
    {
        using Step step = Begin();
        Tensor logits = Feature(step, s_shape, s_logits);
        var options = new CrossEntropyOptions { IgnoreIndex = 255, Reduction = reduction };
        Tensor loss = CrossEntropy.Apply(step, logits, step.InputArray<int>([label, label], "target"), options);
        step.Backward(loss);
        Assert.That(loss.ToScalar(), Is.Zero);
        Assert.That(logits.Gradient!.ToArray(), Is.All.Zero);
    }

    [Test]
    public void Cross_entropy_checks_the_size_of_the_class_map()
    {
        using Step step = Begin();
        Tensor logits = Feature(step, s_shape, s_logits);
        Assert.That(
            () => CrossEntropy.Apply(step, logits, step.InputArray<int>([0, 1, 2], "target")),
            Throws.ArgumentException.With.Message.Contains("3 pixels").And.Message.Contains("have 2"));
    }

    [Test]
    public void Binary_cross_entropy_is_that_of_PyTorch()
    {
        using Step step = Begin();
        Tensor logits = Feature(step, s_shape, s_logits);
        Tensor loss = BinaryCrossEntropy.Apply(step, logits, Plain(step, s_shape, s_target));
        AssertLoss(step, loss, logits, 1.3733677886961064, [-0.0629234448, 0.044823570228, 0.146799512996, -0.072970583186, -0.136262412699, 0.15876235447]);
    }

    [Test]
    public void A_certain_and_wrong_answer_costs_its_logit()
    {
        using Step step = Begin();
        Tensor logits = Feature(step, TensorShape.Vector(2), 500f, -500f);
        Tensor loss = BinaryCrossEntropy.Apply(step, logits, Plain(step, TensorShape.Vector(2), 0f, 1f));
        AssertLoss(step, loss, logits, 500, [0.5, -0.5]);
    }

    [Test]
    public void Soft_dice_is_that_of_PyTorch()
    {
        using Step step = Begin();
        Tensor logits = Feature(step, s_shape, s_logits);
        Tensor loss = SoftDice.Apply(step, logits, Plain(step, s_shape, s_target));
        AssertLoss(step, loss, logits, 0.5000755457211671, [-0.047195832298, 0.013159217046, 0.00702721018, -0.049431146354, -0.02995310531, 0.003023669322]);
    }

    [Test]
    public void A_weighted_sum_of_losses_has_the_weighted_sum_of_gradients()
    {
        using Step step = Begin();
        Tensor logits = Feature(step, s_shape, s_logits);
        Tensor target = Plain(step, s_shape, s_target);
        Tensor dice = Scale.Apply(step, SoftDice.Apply(step, logits, target), 0.5f);
        Tensor loss = Addition.Apply(step, BinaryCrossEntropy.Apply(step, logits, target), dice);
        AssertLoss(step, loss, logits, 1.3733677886961064 + (0.5 * 0.5000755457211671), [-0.086521360949, 0.051403178751, 0.150313118086, -0.097686156363, -0.151238965354, 0.160274189131]);
    }

    [Test]
    public void Pixel_weights_of_zero_leave_pixels_out()
    {
        using Step step = Begin();
        Tensor both = Feature(step, s_shape, s_logits);
        Tensor first = Feature(step, TensorShape.Vector(3), s_logits[0], s_logits[2], s_logits[4]);
        Tensor weights = Plain(step, new TensorShape(1, 1, 1, 2), 1f, 0f);
        Tensor target = Plain(step, s_shape, s_target), firstTarget = Plain(step, TensorShape.Vector(3), 1f, 0f, 1f);
        AssertNear(
            [BinaryCrossEntropy.Apply(step, both, target, pixelWeights: weights).ToScalar()],
            [BinaryCrossEntropy.Apply(step, first, firstTarget).ToScalar()]);
        AssertNear(
            [SoftDice.Apply(step, both, target, eachChannel: true, pixelWeights: weights).ToScalar()],
            [SoftDice.Apply(step, first, firstTarget, eachChannel: true).ToScalar()]);
    }

    [Test]
    public void Shapes_that_do_not_agree_are_refused()
    {
        using Step step = Begin();
        Tensor logits = Feature(step, s_shape, s_logits);
        Tensor target = Plain(step, TensorShape.Vector(3), 1f, 0f, 1f);
        Assert.That(() => BinaryCrossEntropy.Apply(step, logits, target), Throws.ArgumentException.With.Message.Contains("1x3x1x1"));
        Assert.That(() => SoftDice.Apply(step, logits, target), Throws.ArgumentException.With.Message.Contains("1x3x1x1"));
        Assert.That(() => SoftDice.Apply(step, logits, Plain(step, s_shape, s_target), smooth: 0f), Throws.ArgumentException.With.Message.Contains("above 0"));
    }

    [Test]
    public void A_step_without_a_tape_gives_all_memory_of_a_loss_back_but_the_loss()
    {
        using Step step = Begin(training: false);
        Tensor logits = Feature(step, s_shape, s_logits);
        DeviceArray<int> target = step.InputArray<int>([0, 2], "target");
        long before = Device.Pool.BytesInUse;
        Tensor loss = CrossEntropy.Apply(step, logits, target);
        Step.Release(loss);
        Assert.That(Device.Pool.BytesInUse, Is.EqualTo(before));
    }
}

using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.FocalLoss;
using SegFromScratch.Kernels.LovaszHinge;
using SegFromScratch.Kernels.LovaszSoftmax;
using SegFromScratch.Kernels.SoftDice;
using SegFromScratch.Kernels.TverskyLoss;

namespace SegFromScratch.Tests.Operations;

/// <summary>
/// Losses against hard pixels and small regions, compared with numbers that PyTorch 1.13 gave in double by its autograd, from the formulas of the papers written in its operations.
/// </summary>
[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.UsableWithBlocks))]
public sealed class RegionLossTests(string device, int channelBlock) : LossFixture(device, channelBlock)
{
    private static Tensor Alphas(Step step) => Plain(step, TensorShape.Vector(3), 0.25f, 0.5f, 0.9f);

    private static readonly TensorShape s_shape = new(1, 3, 2, 2);
    private static readonly float[] s_logits = [1f, -2f, 0.5f, 0.25f, 3f, -1f, -0.5f, 0f, 2f, 1.5f, -1f, 0f];
    private static readonly float[] s_masks = [1, 0, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0];

    [Test]
    public void Focal_loss_of_a_class_map()
    {
        using Step step = Begin();
        Tensor logits = Feature(step, s_shape, s_logits);
        Tensor loss = FocalLoss.ApplySoftmax(step, logits, step.InputArray<int>([0, 2, 255, 1], "target"), new FocalLossOptions { Alpha = 0.25f, IgnoreIndex = 255 });
        AssertLoss(
            step,
            loss,
            logits,
            0.214154913633,
            [-0.092705481, 0.000066755, 0, 0.032170769, 0.067773137, 0.000181460, 0, -0.057225389, 0.024932344, -0.000248215, 0, 0.025054620]);
    }

    [Test]
    public void Focal_loss_of_masks()
    {
        using Step step = Begin();
        Tensor logits = Feature(step, s_shape, s_logits);
        Tensor loss = FocalLoss.ApplySigmoid(step, logits, Plain(step, s_shape, s_masks), new FocalLossOptions { Alpha = 0.25f });
        AssertLoss(
            step,
            loss,
            logits,
            0.241465343563,
            [-0.001095440, 0.000304434, 0.032884489, -0.004334508, 0.070421868, -0.016004890, 0.008621062, 0.018642925, -0.000101478, -0.000354815, 0.003286321, 0.018642925]);
    }

    [Test]
    public void Focal_loss_of_a_class_map_with_an_alpha_a_class()
    {
        using Step step = Begin();
        Tensor logits = Feature(step, s_shape, s_logits);
        Tensor loss = FocalLoss.ApplySoftmax(step, logits, step.InputArray<int>([0, 2, 255, 1], "target"), new FocalLossOptions { IgnoreIndex = 255 }, Alphas(step));
        AssertLoss(
            step,
            loss,
            logits,
            0.262320703652,
            [-0.092705481, 0.000240319, 0, 0.064341538, 0.067773137, 0.000653255, 0, -0.114450779, 0.024932344, -0.000893574, 0, 0.050109240]);
    }

    [Test]
    public void Focal_loss_of_masks_with_an_alpha_a_class()
    {
        using Step step = Begin();
        Tensor logits = Feature(step, s_shape, s_logits);
        Tensor loss = FocalLoss.ApplySigmoid(step, logits, Plain(step, s_shape, s_masks), classAlphas: Alphas(step));
        AssertLoss(
            step,
            loss,
            logits,
            0.183285919088,
            [-0.001095440, 0.000304434, 0.032884489, -0.004334508, 0.046947912, -0.032009780, 0.005747375, 0.012428616, -0.000365321, -0.001277333, 0.000438176, 0.002485723]);
    }

    [Test]
    public void Lovasz_hinge_of_masks_of_which_one_is_empty()
    {
        using Step step = Begin();
        Tensor logits = Feature(step, s_shape, [1.1f, -2f, 0.5f, 0.25f, 3f, -1.3f, -0.55f, 0.05f, 2f, 1.55f, -1.05f, 0.35f]);
        Tensor loss = LovaszHinge.Apply(step, logits, Plain(step, s_shape, [1, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0]));
        AssertLoss(step, loss, logits, 2.3, [0, 0, 0.111111111, -0.111111111, 0.166666667, -0.166666667, 0, 0, 0.333333333, 0, 0, 0]);
    }

    [Test]
    public void Tversky_loss()
    {
        using Step step = Begin();
        Tensor logits = Feature(step, s_shape, s_logits);
        Tensor loss = TverskyLoss.Apply(step, logits, Plain(step, s_shape, s_masks));
        AssertLoss(
            step,
            loss,
            logits,
            0.342546566259,
            [-0.024355513, 0.003195572, 0.007152543, -0.030490122, 0.001374991, -0.024355513, 0.007152543, 0.007608969, -0.013006192, -0.018475676, 0.005984056, 0.007608969]);
    }

    [Test]
    public void Squared_dice_loss()
    {
        using Step step = Begin();
        Tensor logits = Feature(step, s_shape, s_logits);
        Tensor loss = SoftDice.Apply(step, logits, Plain(step, s_shape, s_masks), squared: true);
        AssertLoss(
            step,
            loss,
            logits,
            0.276189841536,
            [-0.017818378, 0.001743604, 0.020379049, -0.028097429, 0.005995303, -0.030476235, 0.012360518, 0.017414388, -0.007325015, -0.011719059, 0.007366578, 0.017414388]);
    }

    [Test]
    public void Tversky_loss_at_one_half_is_the_dice_loss_with_twice_the_smoothing()
    {
        using Step step = Begin();
        Tensor logits = Feature(step, s_shape, s_logits);
        Tensor masks = Plain(step, s_shape, s_masks);
        Tensor tversky = TverskyLoss.Apply(step, logits, masks, new TverskyLossOptions { Alpha = 0.5f, Beta = 0.5f, Smooth = 1f });
        AssertNear([tversky.ToScalar()], [SoftDice.Apply(step, logits, masks, smooth: 2f).ToScalar()]);
    }

    [Test]
    public void Lovasz_softmax()
    {
        using Step step = Begin();
        Tensor logits = Feature(step, s_shape, s_logits);
        Tensor loss = LovaszSoftmax.Apply(step, logits, step.InputArray<int>([0, 2, 255, 1], "target"), ignoreIndex: 255);
        AssertLoss(
            step,
            loss,
            logits,
            0.610718192533,
            [-0.028532414, 0.002712044, 0, 0.019843092, 0.010919375, 0.007372099, 0, -0.086047632, 0.017613040, -0.010084143, 0, 0.066204539]);
    }

    [Test]
    public void Lovasz_softmax_leaves_classes_out_that_do_not_occur()
    {
        using Step step = Begin();
        Tensor logits = Feature(step, s_shape, s_logits);
        Tensor loss = LovaszSoftmax.Apply(step, logits, step.InputArray<int>([0, 2, 255, 2], "target"), ignoreIndex: 255);
        AssertLoss(
            step,
            loss,
            logits,
            0.666077288800,
            [-0.042798622, 0.004068066, 0, 0.029764638, 0.016379062, 0.011058149, 0, 0.023180724, 0.026419559, -0.015126214, 0, -0.052945362]);
    }

    [Test]
    public void Lovasz_softmax_of_hard_predictions_is_one_minus_the_mean_IoU()
    {
        using Step step = Begin();
        // Truth 0 0 0 1 1 2, prediction 0 1 0 1 2 2: IoU 2/3, 1/3 and 1/2. Many errors are equal.
        Tensor predicted = Feature(step, new TensorShape(1, 3, 1, 6), 1, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 1, 1);
        Tensor loss = LovaszSoftmax.ApplyToProbabilities(step, predicted, step.InputArray<int>([0, 0, 0, 1, 1, 2], "target"));
        AssertNear([loss.ToScalar()], [0.5]);
    }

    [Test]
    public void Wrong_arguments_are_refused()
    {
        using Step step = Begin();
        Tensor logits = Feature(step, s_shape, s_logits);
        Tensor masks = Plain(step, s_shape, s_masks);
        DeviceArray<int> three = step.InputArray<int>([0, 1, 2], "target");
        Assert.Multiple(() =>
        {
            Assert.That(() => FocalLoss.ApplySoftmax(step, logits, three), Throws.ArgumentException.With.Message.Contains("3 pixels"));
            Assert.That(() => LovaszSoftmax.Apply(step, logits, three), Throws.ArgumentException.With.Message.Contains("3 pixels"));
            Assert.That(() => FocalLoss.ApplySigmoid(step, logits, masks, new FocalLossOptions { Gamma = -1 }), Throws.ArgumentException.With.Message.Contains("gamma is -1"));
            Assert.That(() => FocalLoss.ApplySigmoid(step, logits, masks, new FocalLossOptions { Alpha = 2 }), Throws.ArgumentException.With.Message.Contains("alpha is 2"));
            Assert.That(() => TverskyLoss.Apply(step, logits, masks, new TverskyLossOptions { Smooth = 0 }), Throws.ArgumentException.With.Message.Contains("above 0"));
            Assert.That(() => TverskyLoss.Apply(step, logits, masks, new TverskyLossOptions { Beta = -1 }), Throws.ArgumentException.With.Message.Contains("0 or more"));
        });
    }
}

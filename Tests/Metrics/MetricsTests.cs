using SegFromScratch.Training.Metrics;

namespace SegFromScratch.Tests.Metrics;

public class MetricsTests
{
    // Classes 0, 1, 2 of 4; class 3 appears nowhere. Rows are truth: 0 -> {3, 1, 0}, 1 -> {1, 2, 1}, 2 -> {0, 0, 0}; two pixels ignored.
    private static readonly int[] Truth = [0, 0, 0, 0, 1, 1, 1, 1, 255, 255];
    private static readonly int[] Prediction = [0, 0, 0, 1, 0, 1, 1, 2, 0, 3];

    [Test]
    public void Confusion_matrix_gives_the_hand_computed_scores()
    {
        var matrix = new ConfusionMatrix(4, ignoreIndex: 255);
        matrix.Add(Truth, Prediction);
        Assert.Multiple(() =>
        {
            Assert.That(matrix.Total, Is.EqualTo(8));
            Assert.That(matrix[1, 2], Is.EqualTo(1));
            Assert.That(matrix.PixelAccuracy, Is.EqualTo(5 / 8.0));
            Assert.That(new[] { matrix.IoU(0), matrix.IoU(1), matrix.IoU(2), matrix.IoU(3) }, Is.EqualTo(new double?[] { 3 / 5.0, 2 / 5.0, 0, null }));
            Assert.That(new[] { matrix.Dice(0), matrix.Dice(1), matrix.Dice(2), matrix.Dice(3) }, Is.EqualTo(new double?[] { 6 / 8.0, 4 / 7.0, 0, null }));
            Assert.That(new[] { matrix.Recall(0), matrix.Recall(1), matrix.Recall(2) }, Is.EqualTo(new double?[] { 3 / 4.0, 2 / 4.0, null }));
            Assert.That(new[] { matrix.Precision(0), matrix.Precision(1), matrix.Precision(2), matrix.Precision(3) }, Is.EqualTo(new double?[] { 3 / 4.0, 2 / 3.0, 0, null }));
            Assert.That(matrix.MeanIoU, Is.EqualTo((0.6 + 0.4 + 0) / 3).Within(1e-15), "class 2 was predicted, so it counts; class 3 does not");
            Assert.That(matrix.MeanRecall, Is.EqualTo((0.75 + 0.5) / 2).Within(1e-15));
            Assert.That(matrix.MeanDice, Is.EqualTo(((6 / 8.0) + (4 / 7.0)) / 3).Within(1e-15));
            Assert.That(matrix.FrequencyWeightedIoU, Is.EqualTo((0.5 * 0.6) + (0.5 * 0.4)).Within(1e-15));
        });
    }

    [Test]
    public void Parts_of_a_set_add_up()
    {
        var whole = new ConfusionMatrix(4, 255);
        whole.Add(Truth, Prediction);
        var parts = new ConfusionMatrix(4, 255);
        var second = new ConfusionMatrix(4, 255);
        parts.Add(Truth.AsSpan(0, 3), Prediction.AsSpan(0, 3));
        second.Add(Truth.AsSpan(3), Prediction.AsSpan(3));
        parts.Add(second);
        Assert.That((parts.MeanIoU, parts.Total), Is.EqualTo((whole.MeanIoU, whole.Total)));
        parts.Clear();
        Assert.That((parts.Total, parts.PixelAccuracy, parts.MeanIoU, parts.FrequencyWeightedIoU), Is.EqualTo((0L, 0.0, 0.0, 0.0)));
    }

    [Test]
    public void Values_that_are_no_class_are_refused()
    {
        var matrix = new ConfusionMatrix(2, ignoreIndex: null);
        Assert.That(() => matrix.Add([0, 2], [0, 0]), Throws.ArgumentException.With.Message.StartsWith("Pixel 1: truth 2, prediction 0, but classes are 0 to 1."));
        Assert.That(() => matrix.Add([0, -1], [0, 0]), Throws.ArgumentException);
        Assert.That(() => matrix.Add([0], [2]), Throws.ArgumentException);
        Assert.That(() => matrix.Add([0], [0, 0]), Throws.ArgumentException);
    }

    [Test]
    public void Kaggle_dice_is_the_mean_over_images_and_classes_with_empty_pairs_as_one()
    {
        // Two images, two classes, four pixels a plane.
        float[] truth =
        [
            1, 1, 0, 0, /* class 1 */ 0, 0, 0, 0,
            0, 0, 0, 0, /* class 1 */ 1, 1, 1, 1,
        ];
        float[] prediction =
        [
            0.9f, 0.5f, 0.6f, 0, /* empty both */ 0.5f, 0, 0, 0,
            0, 0, 0, 0.51f, /* 3 of 4 */ 1, 1, 1, 0,
        ];
        var dice = new KaggleDice(2);
        dice.Add(truth, prediction, pixelsPerPlane: 4);
        double[] pairs = [2.0 * 1 / (2 + 2), 1, 0, 2.0 * 3 / (4 + 3)];
        Assert.Multiple(() =>
        {
            Assert.That(dice.Images, Is.EqualTo(2));
            Assert.That(dice.Score, Is.EqualTo(pairs.Average()).Within(1e-15));
            Assert.That(dice.ScoreOf(0), Is.EqualTo((pairs[0] + pairs[2]) / 2).Within(1e-15));
            Assert.That(dice.EmptyScore, Is.EqualTo(2 / 4.0));
        });
        dice.Add(truth.AsSpan(8), new float[8], pixelsPerPlane: 4);
        Assert.That(dice.Score, Is.EqualTo((pairs.Sum() + 1 + 0) / 6).Within(1e-15));
        Assert.That(() => dice.Add(new float[12], new float[12], 4), Throws.ArgumentException);
    }

    [Test]
    public void Logits_are_cut_at_zero()
    {
        var dice = new KaggleDice(1);
        dice.Add([1, 1], [0.1f, -0.1f], pixelsPerPlane: 2, threshold: 0);
        Assert.That(dice.Score, Is.EqualTo(2.0 / 3));
    }

    [Test]
    public void Batch_soft_dice_pools_a_batch_and_averages_batches()
    {
        var dice = new BatchSoftDice();
        Assert.That(dice.Score, Is.Zero);
        Assert.That(dice.Add([1, 0, 1, 0], [0.5f, 0.25f, 1, 0]), Is.EqualTo(((2 * 1.5) + 1) / (2 + 1.75 + 1)).Within(1e-12));
        Assert.That(dice.Add([0, 0], [0, 0]), Is.EqualTo(1), "empty and silent");
        Assert.That(dice.Score, Is.EqualTo(((4 / 4.75) + 1) / 2).Within(1e-12));
    }
}

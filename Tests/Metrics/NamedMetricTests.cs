using SegFromScratch.Training.Metrics;

namespace SegFromScratch.Tests.Metrics;

public sealed class NamedMetricTests
{
    [Test]
    public void Scores_of_images_leave_out_classes_that_are_not_in_their_truth()
    {
        // First image: classes 0 (IoU 2/3) and 1 (1/2); class 2 is predicted where it is not and costs class 1 only. Second: class 0 alone, 4/4. Third: nothing counts.
        var scores = new ImageScores(3, 255);
        scores.Add([0, 0, 0, 1, 1], [0, 0, 1, 1, 2]);
        scores.Add([0, 0, 0, 0, 255], [0, 0, 0, 0, 1]);
        scores.Add([255, 255, 255, 255, 255], [0, 1, 2, 0, 1]);
        Assert.That(scores.IoU, Is.EqualTo((((2 / 3.0) + (1 / 3.0)) / 2 + 1) / 2).Within(1e-15));
        Assert.That(scores.PixelAccuracy, Is.EqualTo((0.6 + 1) / 2).Within(1e-15));
    }

    [Test]
    public void Counts_of_layers_give_the_hand_computed_scores()
    {
        // Two images of 4 pixels and 2 classes. Class 0: T 3, P 4, H 2; class 1: nowhere true, once predicted.
        var counts = new LayerCounts(2);
        counts.Add([1, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0], [0.9f, 0.6f, 0.7f, 0, 0, 0.8f, 0, 0, 0.5f, 0.51f, 0, 0, 0, 0, 0, 0], 4);
        Assert.Multiple(() =>
        {
            Assert.That((counts.IoU(0), counts.Dice(0), counts.Recall(0), counts.Precision(0)), Is.EqualTo((2 / 5.0, 4 / 7.0, 2 / 3.0, 2 / 4.0)));
            Assert.That((counts.IoU(1), counts.Recall(1), counts.Precision(1)), Is.EqualTo(((double?)0, (double?)null, (double?)0)));
            Assert.That(counts.MeanIoU, Is.EqualTo(0.2).Within(1e-15));
            Assert.That(counts.MeanRecall, Is.EqualTo(2 / 3.0).Within(1e-15));
            Assert.That(counts.MeanPrecision, Is.EqualTo(0.25).Within(1e-15));
            Assert.That(counts.PixelAccuracy, Is.EqualTo(12 / 16.0).Within(1e-15), "three wrong in class 0, one in class 1");
        });
    }

    [Test]
    public void The_search_finds_threshold_and_least_mask()
    {
        // 1000 pixels. Image 1: 100 true with 0.8, 50 false with 0.6: right above 0.6. Image 2: empty, 3 false with 0.9: right where masks below 0.003 are dropped, so 0.005 is the first that does.
        float[] truth = new float[2000], probabilities = new float[2000];
        Array.Fill(truth, 1, 0, 100);
        Array.Fill(probabilities, 0.8f, 0, 100);
        Array.Fill(probabilities, 0.6f, 100, 50);
        Array.Fill(probabilities, 0.9f, 1000, 3);
        var search = new ThresholdSearch(1);
        search.Add(truth, probabilities, 1000);
        DecisionThresholds best = search.Best();
        Assert.That((best.Classes[0].MinimumShare, best.Classes[0].Threshold), Is.EqualTo((0.005, 0.65)).Or.EqualTo((0.005, 0.6)));
        Assert.That(search.Score(best), Is.EqualTo(1));
        Assert.That(search.Score(new DecisionThresholds([new ClassThreshold(0.5, 0)])), Is.EqualTo((200 / 250.0 + 0) / 2).Within(1e-15));
    }

    [Test]
    public void Thresholds_are_read_back_and_checked()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("thresholds.json");
        Assert.That(DecisionThresholds.Load(path, 2), Is.Null);
        var written = new DecisionThresholds([new ClassThreshold(0.35, 0.002), new ClassThreshold(0.5, 0)]);
        written.Save(path);
        Assert.That(DecisionThresholds.Load(path, 2)!.Classes, Is.EqualTo(written.Classes));
        Assert.That(() => DecisionThresholds.Load(path, 3), Throws.TypeOf<SegFromScratch.Training.Runs.ConfigurationException>());
        File.WriteAllText(path, "{");
        Assert.That(() => DecisionThresholds.Load(path, 2), Throws.TypeOf<SegFromScratch.Training.Runs.ConfigurationException>().With.Message.Contains("not valid JSON"));
    }
}

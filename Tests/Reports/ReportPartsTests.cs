using System.Globalization;
using System.Xml.Linq;
using SegFromScratch.Training.Data.Loading;
using SegFromScratch.Training.Data.Severstal;
using SegFromScratch.Training.Data.Transforms;
using SegFromScratch.Training.Images;
using SegFromScratch.Training.Metrics;
using SegFromScratch.Training.Reports;
using SegFromScratch.Training.Reports.Pictures;
using SegFromScratch.Training.Reports.Svg;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Tests.Reports;

public sealed class ReportPartsTests
{
    [Test]
    public void Work_is_done_while_it_took_no_more_than_its_share()
    {
        var clock = new HandClock();
        var budget = new WorkBudget(0.01, clock);
        Assert.That(budget.Allows, Is.True, "the first work is always allowed");
        budget.Spend(() => clock.Pass(1));
        Assert.That(budget.Allows, Is.False, "1 s of 1 s");
        clock.Pass(98.9);
        Assert.That(budget.Allows, Is.False, "1 s of 99.9 s");
        clock.Pass(0.1);
        Assert.That(budget.Allows, Is.True, "1 s of 100 s");
        budget.Spend(() => clock.Pass(0.5));
        Assert.That(budget.Allows, Is.False, "1.5 s of 100.5 s");
    }

    [TestCase(0, 1, 6, "0 0.2 0.4 0.6 0.8 1")]
    [TestCase(0.31, 0.74, 6, "0.3 0.4 0.5 0.6 0.7 0.8")]
    [TestCase(-3, 12, 4, "-5 0 5 10 15")]
    [TestCase(1, 20, 8, "0 5 10 15 20")]
    [TestCase(0, 1e-5, 6, "0e0 2e-6 4e-6 6e-6 8e-6 1e-5")]
    [TestCase(4, 4, 3, "2 4 6")]
    [TestCase(0, 0, 2, "0 1")]
    public void Axes_end_at_round_numbers(double least, double greatest, int most, string expected)
    {
        AxisTicks axis = AxisTicks.Around(least, greatest, most);
        Assert.That(string.Join(' ', axis.Values.Select(axis.Text)), Is.EqualTo(expected));
    }

    [TestCase(1, 1, "0 1 2")]
    [TestCase(1, 3, "1 2 3")]
    public void Axes_that_count_have_whole_numbers(double least, double greatest, string expected)
    {
        AxisTicks axis = AxisTicks.Around(least, greatest, 8, leastStep: 1);
        Assert.That(string.Join(' ', axis.Values.Select(axis.Text)), Is.EqualTo(expected));
    }

    [Test]
    public void A_thinned_curve_keeps_its_peaks_and_its_order()
    {
        (double X, double Y)[] points = [.. Enumerable.Range(0, 10_000).Select(x => ((double)x, x == 4321 ? 50.0 : x == 8765 ? -50.0 : Math.Sin(x)))];
        IReadOnlyList<(double X, double Y)> thinned = new ChartSeries("", points, "red").Thinned(600).Points;
        Assert.That(thinned, Has.Count.LessThanOrEqualTo(600).And.Count.GreaterThan(500));
        Assert.That(thinned, Has.Member((4321.0, 50.0)).And.Member((8765.0, -50.0)));
        Assert.That(thinned.Select(point => point.X), Is.Ordered);
        Assert.That(new ChartSeries("", points[..600], "red").Thinned(600).Points, Is.EqualTo(points[..600]));
    }

    [Test]
    public void A_curve_is_to_scale_and_has_gaps_where_a_number_is_missing()
    {
        var chart = XElement.Parse(LineChart.Draw("t", "x", [new ChartSeries("a & b", [(0, 0), (5, 1), (6, double.NaN), (8, 0.5), (10, 0.25)], "#123456") { Mark = (5, 1) }]));
        string[] lines = [.. chart.Elements().Where(element => element.Name.LocalName == "polyline").Select(element => (string)element.Attribute("points")!)];
        // The plot is 560 wide from column 64, and 240 high down from row 10.
        Assert.That(lines, Is.EqualTo(new[] { "64,250 344,10", "512,130 624,190" }));
        XElement mark = chart.Elements().Single(element => element.Name.LocalName == "circle");
        Assert.That(((double)mark.Attribute("cx")!, (double)mark.Attribute("cy")!), Is.EqualTo((344.0, 10.0)));
        Assert.That(chart.Elements().Where(element => element.Name.LocalName == "text").Select(element => element.Value), Has.Member("a & b").And.Member("x"));
        Assert.That(() => XElement.Parse(LineChart.Draw("t", "x", [new ChartSeries("none", [], "red")])), Throws.Nothing);
    }

    [Test]
    public void A_confusion_matrix_is_as_dark_as_the_share_of_its_row()
    {
        var chart = XElement.Parse(MatrixChart.Draw("t", ["<a>", "b"], [[3L, 1L], [0L, 0L]]));
        Assert.That(
            chart.Elements().Where(element => element.Name.LocalName == "rect").Select(element => (double)element.Attribute("fill-opacity")!),
            Is.EqualTo(new[] { 0.75, 0.25, 0, 0 }));
        Assert.That(chart.Elements().Where(element => element.Name.LocalName == "text").Select(element => element.Value), Is.EqualTo(new[] { "0 <a>", "0 <a>", "75", "25", "1 b", "1 b" }));
        Assert.That(chart.Descendants().Where(element => element.Name.LocalName == "title").Select(element => element.Value), Has.Member("<a> as b: 1 pixels, 25.00 %"));
    }

    [Test]
    public void The_running_mean_of_the_loss_weighs_each_step_095_of_the_next()
    {
        var steps = new StepHistory();
        steps.Add(new StepRecord(1, 4, 0.1));
        steps.Add(new StepRecord(2, 1, 0.1));
        string page = RunReport.Create("r", new RunSummary(), steps, "{}", []).ToString();
        // Means 4 and (0.95 x 4 + 1) / 1.95 = 2.4615 on a y axis from 1 to 4, 240 high: 123.08 below the top at 10; the x axis is 1 to 2.
        Assert.That(page, Does.Contain("points=\"64,10 624,133.08\""));
    }

    [Test]
    public void Numbers_on_a_page_do_not_follow_the_culture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = "," } };
            string page = RunReport.Create("r", new RunSummary { Metric = "mean IoU", Epochs = [new EpochSummary { Epoch = 1, Score = 0.5, TrainLoss = 0.25 }] }, new StepHistory(), "{}", []).ToString();
            Assert.That(page, Does.Contain("mean IoU 0.5000").And.Not.Contain("0,5"));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Test]
    public void The_best_and_the_worst_images_are_kept_in_their_order()
    {
        // Masks of one pixel in four classes: image i has i of its 4 classes right.
        float[] truth = new float[9 * 4], answers = new float[9 * 4];
        int[] right = [2, 0, 4, 1, 3, 3, 0, 4, 2];
        for (int image = 0; image < right.Length; image++)
        {
            truth[image * 4] = 1;
            for (int index = 0; index < 4; index++)
                answers[(image * 4) + index] = (index < right[image]) == (index == 0) ? 0.9f : 0.1f;
        }

        ValidationPictures pictures = Add(truth, answers, right.Length);
        Assert.Multiple(() =>
        {
            Assert.That(pictures.Of(PictureGroup.First).Select(picture => picture.Name), Is.EqualTo(new[] { "0", "1", "2" }));
            Assert.That(pictures.Of(PictureGroup.Best).Select(picture => (picture.Name, picture.Score)), Is.EqualTo(new[] { ("2", 1.0), ("7", 1.0), ("4", 0.75) }));
            Assert.That(pictures.Of(PictureGroup.Worst).Select(picture => (picture.Name, picture.Score)), Is.EqualTo(new[] { ("1", 0.0), ("6", 0.0), ("3", 0.25) }));
        });
        pictures.Clear();
        Assert.That(Enum.GetValues<PictureGroup>().Sum(group => pictures.Of(group).Count), Is.Zero);
    }

    [Test]
    public void Images_without_anything_to_find_are_not_among_the_best()
    {
        ValidationPictures pictures = Add(new float[4 * 4], new float[4 * 4], 4);
        Assert.That((pictures.Of(PictureGroup.Best).Count, pictures.Of(PictureGroup.Worst).Count), Is.EqualTo((0, 3)));
        Assert.That(pictures.Of(PictureGroup.Worst)[0].Score, Is.EqualTo(1));
    }

    [Test]
    public void A_difference_shows_false_alarms_red_and_misses_blue()
    {
        // Truth: class 0. Answer: class 1 only, so one is missed and one is false; painted in the order of the classes.
        Image sheet = Add([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0], [0.1f, 0.1f, 0.1f, 0.1f, 0.1f, 0.9f, 0.1f, 0.1f, 0.9f, 0, 0, 0], 3).Of(PictureGroup.First)[0].Sheet;
        Image falseAlarm = Add([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0], [0.1f, 0.1f, 0.1f, 0.1f, 0.1f, 0.9f, 0.1f, 0.1f, 0.9f, 0, 0, 0], 3).Of(PictureGroup.First)[2].Sheet;
        // Four panels of one pixel with two separators of two pixels between them: the last is at column 9.
        Assert.That((sheet.Width, sheet.Height), Is.EqualTo((10, 1)));
        Assert.That((sheet[0, 9, 0], sheet[0, 9, 2]), Is.EqualTo(((byte)48, (byte)226)), "missed");
        Assert.That((falseAlarm[0, 9, 0], falseAlarm[0, 9, 2]), Is.EqualTo(((byte)226, (byte)48)), "false");
    }

    [Test]
    public void A_small_view_takes_means_of_pictures_and_centres_of_labels()
    {
        var view = new SmallView(4, 2, 2);
        float[] red = [0, 0.25f, 1, 1, 0.25f, 0.5f, 1, 1], zero = new float[8];
        Image picture = view.Picture([.. red, .. zero, .. zero], Normalization.Unit);
        Assert.That((picture.Width, picture.Height), Is.EqualTo((2, 1)));
        Assert.That((picture[0, 0, 0], picture[0, 1, 0], picture[0, 1, 1]), Is.EqualTo(((byte)64, (byte)255, (byte)0)), "the mean of 0, 1/4, 1/4 and 1/2 is 1/4");
        Assert.That(view.Labels([0, 1, 2, 3, 4, 5, 6, 7]), Is.EqualTo(new byte[] { 5, 7 }));
        Assert.That(view.Layers([0, 0, 0, 0, 0, 0.6f, 0, 0.5f], 1), Is.EqualTo(new byte[] { 1, 0 }));
    }

    [TestCase(null)]
    [TestCase(255)]
    [TestCase(2)]
    public void The_score_of_an_image_is_that_of_a_confusion_matrix(int? ignoreIndex)
    {
        var random = new Random(5);
        var iou = new ImageIoU(4, ignoreIndex);
        for (int image = 0; image < 50; image++)
        {
            int[] truth = Runs(random, ignoreIndex), prediction = Runs(random, null);
            var matrix = new ConfusionMatrix(4, ignoreIndex);
            matrix.Add(truth, prediction);
            Assert.That(iou.Of(truth, prediction), Is.EqualTo(matrix.MeanIoU).Within(1e-12));
        }

        Assert.That(iou.Of([], []), Is.Zero);
    }

    // 100 pixels in runs of one to nine.
    private static int[] Runs(Random random, int? alsoUsed)
    {
        List<int> values = [];
        while (values.Count < 100)
            values.AddRange(Enumerable.Repeat(random.Next(5) is < 4 and int label ? label % 3 : alsoUsed ?? 3, random.Next(1, 10)));
        return [.. values.Take(100)];
    }

    private static ValidationPictures Add(float[] truth, float[] answers, int count)
    {
        var batch = new Batch(count, 1, 1, SeverstalTable.ClassCount);
        batch.Begin(default, count, endsEpoch: true);
        truth.CopyTo(batch.Layers, 0);
        for (int image = 0; image < count; image++)
            batch.SetName(image, image.ToString(CultureInfo.InvariantCulture));
        var pictures = new ValidationPictures(new FourClasses(), Normalization.Unit);
        pictures.Add(batch, [], answers);
        return pictures;
    }

    private sealed class HandClock : TimeProvider
    {
        private long _ticks = 1000;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Pass(double seconds) => _ticks += (long)(seconds * TimeSpan.TicksPerSecond);
    }
}

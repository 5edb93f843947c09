using System.Text.RegularExpressions;
using System.Xml.Linq;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Tests.TensorBoard;
using SegFromScratch.Tests.Training;
using SegFromScratch.Training.Images;
using SegFromScratch.Training.Runs;
using SegFromScratch.Training.Trainer;

namespace SegFromScratch.Tests.Reports;

public sealed partial class RunWatchTests : FolderTests
{
    private const string Refresh = "<meta http-equiv=\"refresh\"";

    [Test]
    public void Watching_changes_no_bit()
    {
        RunFolder watched = WatchedRun.Train(Folder["watched"], TinyRun.Configuration, withWeights: true), alone = RunFolder.Create(Folder["alone"]);
        using (var device = new CpuDevice(2))
            TrainingRun.Begin(TinyRun.Setup(device), alone, new Interruption()).Run(CancellationToken.None);
        foreach (string file in (string[])["checkpoints/last.safetensors", "checkpoints/best.safetensors", "steps.csv", "metrics.csv", "metrics.jsonl", "config.json"])
            Assert.That(File.ReadAllBytes(Path.Combine(watched.Path, file)), Is.EqualTo(File.ReadAllBytes(Path.Combine(alone.Path, file))), file);
    }

    [Test]
    public void The_page_reloads_itself_until_the_run_is_finished()
    {
        List<string> pages = [];
        string path = Folder["run"];
        RunFolder folder = WatchedRun.Train(path, TinyRun.Configuration, others: new Interruption
        {
            AfterStep = 1,
            OnStep = () => pages.Add(File.ReadAllText(Path.Combine(path, "report.html"))),
            OnEpoch = () => pages.Add(File.ReadAllText(Path.Combine(path, "report.html"))),
        });
        string last = File.ReadAllText(folder.ReportPath);
        Assert.Multiple(() =>
        {
            Assert.That(pages, Has.Count.EqualTo(5));
            Assert.That(pages, Has.All.Contains(Refresh));
            Assert.That(pages[0], Does.Contain("0 of 4 epochs, 0 of 20 steps"));
            Assert.That(pages[1], Does.Contain("1 of 4 epochs, 5 of 20 steps").And.Contain("The worst"));
            Assert.That(last, Does.Not.Contain(Refresh).And.Contain("is finished: 4 of 4 epochs, 20 of 20 steps"));
            Assert.That(last, Does.Contain("seg train --run RUN").And.Contain("&quot;base_filters&quot;: 2"));
            Assert.That(last, Does.Not.Contain("<script").And.Not.Contain("src=\"http").And.Not.Contain("href="));
        });
        foreach (Match chart in Chart().Matches(last))
            Assert.That(() => XElement.Parse(chart.Value), Throws.Nothing);
        Assert.That(Chart().Count(last), Is.EqualTo(5), "loss by step and epoch, score, learning rate, classes");
    }

    [Test]
    public void Class_maps_have_their_scores_confusion_matrix_and_pictures()
    {
        RunFolder folder = WatchedRun.Train(Folder["run"], WatchedRun.OnClassMaps(WatchedRun.WriteSquares(Folder)));
        RunSummary summary = RunSummary.Load(folder.SummaryPath);
        string page = File.ReadAllText(folder.ReportPath);
        EpochSummary last = summary.Epochs[^1];
        Assert.Multiple(() =>
        {
            Assert.That((summary.State, summary.Metric, summary.Epochs.Count), Is.EqualTo((RunState.Finished, "mean-iou", 2)));
            // Four pictures of 32x32; the void pixel may be in the training part.
            Assert.That(last.Confusion!.Sum(row => row.Sum()), Is.InRange((4 * 1024) - 1, 4 * 1024));
            Assert.That(last.Classes[0].Recall, Is.EqualTo(last.Confusion![0][0] / (double)last.Confusion[0].Sum()).Within(1e-12));
            Assert.That(last.Classes.Average(scores => scores.IoU ?? 0), Is.EqualTo(last.Score).Within(1e-12).Or.GreaterThan(0));
            Assert.That(page, Does.Contain("&lt;square&gt;").And.Not.Contain("<square>"));
            Assert.That(page.Split("data:image/png;base64,"), Has.Length.EqualTo(1 + 9));
            Assert.That(summary.Pictures.Where(picture => picture.Group == PictureGroup.Best).Select(picture => picture.Score), Is.Ordered.Descending);
            Assert.That(summary.Pictures.Where(picture => picture.Group == PictureGroup.Worst).Select(picture => picture.Score), Is.Ordered.Ascending);
        });
        Image sheet = ImageFile.Read(Path.Combine(folder.Path, summary.Pictures[0].File));
        Assert.That((sheet.Width, sheet.Height), Is.EqualTo(((4 * 32) + (3 * 2), 32)));
    }

    [Test]
    public void A_run_that_was_killed_and_goes_on_keeps_its_history_and_doubles_no_step()
    {
        string path = Folder["run"];
        Assert.That(
            () => WatchedRun.Train(path, TinyRun.Configuration, others: new Interruption { AfterStep = 8, OnStep = () => throw new InvalidOperationException("killed") }),
            Throws.InvalidOperationException);
        Assert.That(File.ReadAllText(Path.Combine(path, "report.html")), Does.Contain(Refresh).And.Contain("1 of 4 epochs"));
        RunFolder folder = WatchedRun.Train(path, TinyRun.Configuration, resume: true);
        RunSummary summary = RunSummary.Load(folder.SummaryPath);
        IReadOnlyList<EventValue> events = EventReader.Values(folder.EventsPath);
        LogTable steps = LogTable.Load(folder.StepsCsvPath), epochs = LogTable.Load(folder.MetricsCsvPath);
        Assert.Multiple(() =>
        {
            Assert.That(summary.Epochs.Select(epoch => (epoch.Epoch, epoch.Step)), Is.EqualTo(new[] { (1, 5L), (2, 10L), (3, 15L), (4, 20L) }));
            Assert.That(summary.Commands, Is.EqualTo(new[] { "seg train --run RUN", "seg train --resume RUN" }));
            Assert.That(File.ReadAllText(folder.ReportPath), Does.Contain("4 of 4 epochs, 20 of 20 steps"));
            Assert.That(
                events.Where(value => value.Tag == "train/loss").Select(value => (value.Step, value.Field.Single)),
                Is.EqualTo(Enumerable.Range(0, 20).Select(row => ((long)steps[row, "step"]!.Value, (float)steps[row, "loss"]!.Value))));
            Assert.That(
                events.Where(value => value.Tag == "validation/kaggle-dice").Select(value => (value.Step, value.Field.Single)),
                Is.EqualTo(Enumerable.Range(0, 4).Select(row => ((long)epochs[row, "step"]!.Value, (float)epochs[row, "validation_score"]!.Value))));
            Assert.That(Directory.EnumerateFiles(folder.EventsPath).Count(), Is.EqualTo(2));
        });
    }

    [Test]
    public void Events_hold_pictures_classes_and_weights()
    {
        RunFolder folder = WatchedRun.Train(Folder["run"], TinyRun.Configuration with { Epochs = 1 }, withWeights: true);
        IReadOnlyList<EventValue> events = EventReader.Values(folder.EventsPath);
        Assert.Multiple(() =>
        {
            Assert.That(events.Where(value => value.Tag.StartsWith("classes/", StringComparison.Ordinal)).Select(value => value.Tag), Has.Exactly(4).EndsWith("/dice"));
            Assert.That(events.Count(value => value.Tag.StartsWith("validation/picture ", StringComparison.Ordinal)), Is.EqualTo(2), "two of twelve strips are kept for validation");
            Assert.That(events.Select(value => value.Tag), Has.Some.EqualTo("weights/bottom.convolution1.weight"));
        });
        ProtocolField image = EventReader.Fields(events.First(value => value.Tag == "validation/picture 1").Field.Content).Single(field => field.Number == 4);
        Assert.That(ImageFile.Read(image.Content.ToArray(), "picture").Width, Is.EqualTo((4 * 64) + (3 * 2)));
    }

    [GeneratedRegex("<svg .*?</svg>", RegexOptions.Singleline)]
    private static partial Regex Chart();
}

using System.Xml.Linq;
using SegFromScratch.Training.Reports.Comparison;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Tests.Reports;

[NonParallelizable]
public sealed class ComparisonTests : FolderTests
{
    [Test]
    public void Runs_are_rows_and_classes_their_columns()
    {
        WriteRun("first", Summary("unet", 0.5, 0.75, 0.625) with { TrainedParameters = 1234 });
        WriteRun("second", Summary("fcn", ["b,c"], 0.8125));
        CommandRun run = CommandRun.Of("compare", Folder["first"], Folder["second"], "--csv", Folder["table.csv"], "--html", Folder["page.html"]);
        Assert.That((run.Status, run.Error), Is.EqualTo((0, "")));
        Assert.That(File.ReadAllText(Folder["table.csv"]), Is.EqualTo(
            "run,model,parameters,data,loss,epochs,best epoch,metric,best score,predicting nothing,pixel accuracy,train loss,s an epoch,class a,\"class b,c\"\r\n"
            + "first,unet,1234,steel,dice,3/5,2,mean Dice,0.7500,0.1250,,0.5000,2.0,0.7500,0.3750\r\n"
            + "second,fcn,,steel,dice,1/5,1,mean Dice,0.8125,0.1250,,1.0000,2.0,,0.8125\r\n"));
        string page = File.ReadAllText(Folder["page.html"]);
        Assert.That(page.Split("<svg "), Has.Length.EqualTo(3));
        Assert.That(page, Does.Contain("<td>0.8125</td>").And.Contain("<td>b,c</td><td>0.3750</td><td>0.8125</td>").And.Not.Contain(ComparisonPage.MixedMetrics));
        Assert.That(run.Output, Does.Contain("first").And.Contain("0.8125"));
    }

    [Test]
    public void Different_metrics_are_said_to_be_so()
    {
        RunComparison mixed = new([new("a", Summary("unet", 0.5)), new("b", Summary("unet", 0.5) with { Metric = "mean IoU" })]);
        Assert.That(mixed.MixesMetrics, Is.True);
        Assert.That(ComparisonPage.Create(mixed).ToString(), Does.Contain(ComparisonPage.MixedMetrics));
        Assert.That(new RunComparison([new("a", Summary("unet", 0.5)), new("b", new RunSummary())]).MixesMetrics, Is.False, "a run without a score has no metric");
    }

    [Test]
    public void A_run_without_a_summary_tells_what_its_log_holds()
    {
        RunFolder folder = RunFolder.Create(Folder["old"]);
        new RunConfiguration { Model = new NamedOptions { Name = "segnet" }, Data = new DataOptions { Path = "/data/streets/" }, Epochs = 9 }.Save(folder.ConfigurationPath);
        MetricLog log = MetricLog.Create(folder);
        log.Append(10, [new("epoch", 1), new("train_loss", 0.5), new("validation_score", 0.25), new("empty_score", null), new("pixel_accuracy", 0.875)]);
        log.Append(20, [new("epoch", 2), new("train_loss", 0.25), new("validation_score", 0.5), new("empty_score", null), new("pixel_accuracy", 0.75)]);
        string[] row = new RunComparison(ComparedRun.Load([RunFolder.Find(Folder["old"])])).Rows().Single();
        Assert.That(row, Is.EqualTo(new[] { "old", "segnet", "-", "streets", "auto", "2/9", "2", "mean-iou", "0.5000", "-", "0.7500", "0.2500", "-" }));
    }

    [Test]
    public void Runs_whose_folders_have_one_name_are_told_apart()
    {
        WriteRun("x/run", Summary("unet", 0.5));
        WriteRun("y/run", Summary("unet", 0.5), data: "/data/streets/");
        Assert.That(ComparedRun.Load([RunFolder.Find(Folder["x/run"]), RunFolder.Find(Folder["y/run"])]).Select(run => run.Summary.Data), Is.EqualTo(new[] { "steel", "streets" }), "the folder's name where the run has one");
        Assert.That(ComparedRun.Load([RunFolder.Find(Folder["x/run"]), RunFolder.Find(Folder["y/run"])]).Select(run => run.Name), Is.EqualTo(new[] { Folder["x/run"], Folder["y/run"] }));
    }

    [Test]
    public void What_cannot_be_compared_is_one_line()
    {
        WriteRun("run", Summary("unet", 0.5));
        File.WriteAllText(Folder["run/summary.json"], "{ \"epochs\": ");
        Assert.Multiple(() =>
        {
            Assert.That(CommandRun.Of("compare", Folder["run"]).Error, Is.EqualTo($"error: '{Folder["run/summary.json"]}' is no summary of a run: its JSON is damaged.\n"));
            Assert.That(CommandRun.Of("compare", Folder["none"]).Error, Is.EqualTo($"error: There is no run folder '{Folder["none"]}'.\n"));
            Assert.That(CommandRun.Of("report", "--run", Folder.Path).Error, Is.EqualTo($"error: The folder '{Folder.Path}' holds no run: it has no config.json.\n"));
        });
    }

    [Test]
    public void A_summary_is_read_back_as_it_was_written_and_keeps_two_confusion_matrices()
    {
        RunSummary summary = new() { State = RunState.Stopped, ClassNames = ["a"], ClassColors = ["#ff0000"], Pictures = [new PictureSummary("pictures/best-1.png", PictureGroup.Best, "a.png", 0.5, 3)] };
        foreach ((double score, int epoch) in ((double, int)[])[(0.5, 1), (0.75, 2), (0.25, 3), (double.NaN, 4)])
            summary = summary.With(new EpochSummary { Epoch = epoch, Score = score, Confusion = [[epoch]], TrainLoss = double.PositiveInfinity });
        string path = Folder["summary.json"];
        summary.Save(path);
        RunSummary read = RunSummary.Load(path);
        Assert.Multiple(() =>
        {
            Assert.That(read.Epochs.Select(epoch => epoch.Confusion is null), Is.EqualTo(new[] { true, false, true, false }));
            Assert.That(read.BestEpoch!.Epoch, Is.EqualTo(2));
            Assert.That((read.State, read.Pictures.Single(), read.Epochs[3].Score, read.Epochs[3].TrainLoss), Is.EqualTo((RunState.Stopped, summary.Pictures[0], double.NaN, double.PositiveInfinity)));
        });
    }

    private static RunSummary Summary(string model, params double[] scores) => Summary(model, ["a", "b,c"], scores);

    private static RunSummary Summary(string model, string[] classes, params double[] scores) => new()
    {
        ClassNames = classes,
        ClassColors = [.. classes.Select(_ => "#ff0000")],
        Model = model,
        Data = "steel",
        Loss = "dice",
        PlannedEpochs = 5,
        Metric = "mean Dice",
        Epochs = [.. scores.Select((score, index) => new EpochSummary
        {
            Epoch = index + 1,
            Seconds = 2,
            Score = score,
            EmptyScore = 0.125,
            TrainLoss = 1.0 / (index + 1),
            Classes = [.. classes.Select((_, number) => new ClassScores(null, score / (number + 1), null, null))],
        })],
    };

    private void WriteRun(string name, RunSummary summary, string data = "")
    {
        RunFolder folder = RunFolder.Create(Folder[name]);
        new RunConfiguration { Data = new DataOptions { Path = data } }.Save(folder.ConfigurationPath);
        summary.Save(folder.SummaryPath);
    }
}

using SegFromScratch.Training.Images;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Tests.Reports;

/// <summary>Pages as a browser shows them.</summary>
[NonParallelizable]
public sealed class BrowserTests : FolderTests
{
    [Test]
    public void The_report_of_a_run_opens_with_its_curves_and_pictures()
    {
        RunFolder run = WatchedRun.Train(Folder["run"], WatchedRun.OnClassMaps(WatchedRun.WriteSquares(Folder)));
        (string elements, Image picture) = Browser.Open(run.ReportPath, Folder);
        Assert.Multiple(() =>
        {
            // Curves of steps, epochs, score, learning rate and classes, and a confusion matrix for the best epoch, and the last where that is another.
            Assert.That(elements.Split("<svg ").Length - 1, Is.EqualTo(RunSummary.Load(run.SummaryPath).BestEpoch!.Epoch == 2 ? 6 : 7));
            Assert.That(elements.Split("<img ").Length - 1, Is.EqualTo(9));
            Assert.That(elements, Does.Contain("<h2>Configuration</h2>").And.Contain("is finished"));
            Assert.That(Colors(picture), Is.GreaterThan(50), "a page without its pictures has hardly any colours");
        });
    }

    [Test]
    public void The_inspection_of_a_data_set_opens_with_its_charts_and_pictures()
    {
        string page = Folder["inspect.html"];
        CommandRun run = CommandRun.Of("inspect", "--data", WatchedRun.WriteSquares(Folder), "--html", page);
        Assert.That((run.Status, run.Error), Is.EqualTo((0, "")));
        (string elements, Image picture) = Browser.Open(page, Folder);
        Assert.Multiple(() =>
        {
            Assert.That(elements.Split("<svg ").Length - 1, Is.EqualTo(File.ReadAllText(page).Split("<svg ").Length - 1).And.GreaterThan(3));
            Assert.That(elements, Does.Contain("&lt;square&gt;").And.Contain("<img "));
            Assert.That(Colors(picture), Is.GreaterThan(20));
        });
    }

    [Test]
    public void The_comparison_of_runs_opens_with_its_curves()
    {
        string data = WatchedRun.WriteSquares(Folder), page = Folder["compare.html"];
        WatchedRun.Train(Folder["first"], WatchedRun.OnClassMaps(data));
        WatchedRun.Train(Folder["second"], WatchedRun.OnClassMaps(data) with { Seed = 8 });
        CommandRun run = CommandRun.Of("compare", Folder["first"], Folder["second"], "--html", page);
        Assert.That((run.Status, run.Error), Is.EqualTo((0, "")));
        (string elements, _) = Browser.Open(page, Folder);
        Assert.That(elements.Split("<polyline ").Length - 1, Is.EqualTo(4), "two runs in two charts");
    }

    private static int Colors(Image picture)
    {
        HashSet<int> colors = [];
        for (int i = 0; i < picture.Pixels.Length; i += picture.Channels)
            colors.Add((picture.Pixels[i] << 16) | (picture.Pixels[i + 1] << 8) | picture.Pixels[i + 2]);
        return colors.Count;
    }
}

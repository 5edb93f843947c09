using SegFromScratch.Layers.Models;
using SegFromScratch.Tests.Reports;
using SegFromScratch.Training.Recipes;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Tests.Training;

/// <summary>
/// One command a recipe trains on the sample of the data that it is made for, scaled down in size, width and steps, and the pages of run and data open in a browser that has nothing to say
/// about them. The recipes are also trained on generated pictures, where neither samples nor browser are needed: see <see cref="RecipeRunTests"/>.
/// </summary>
[NonParallelizable]
public sealed class RecipesOnSamplesTests : FolderTests
{
    private const string Side = "64x64";

    public static IEnumerable<TestCaseData> Trainings => RecipeCatalog.Names.SelectMany(recipe => DataFor(recipe).Select(kind => new TestCaseData(recipe, kind)));

    public static IEnumerable<string> Kinds => SampleData.Kinds;

    [TestCaseSource(nameof(Trainings))]
    public void A_recipe_trains_on_its_data_and_its_report_opens(string recipe, string kind)
    {
        string data = SampleData.Find(kind, Folder);
        RunConfiguration configuration = RecipeCatalog.Load(recipe);
        string[] width = ModelCatalog.SettingsOf(configuration.Model.Name).Any(setting => setting.Name == "base_filters") ? ["--base-filters", "4"] : [];

        // Two steps in all. The sample in VOC's layout has two pictures to train on: a batch, so its two steps are two epochs.
        int epochs = kind == "voc" ? 2 : 1;
        string[] crop = configuration.Augmentation.CropWidth is null ? [] : ["--crop", Side];
        CommandRun train = CommandRun.Of(
            ["train", "--recipe", recipe, "--data", data, "--size", Side, .. crop, .. width, "--epochs", $"{epochs}", "--steps-per-epoch", $"{2 / epochs}", "--batch", "2", "--accumulate", "1", "--device", "cpu", "--threads", "2", "--run", Folder["run"]]);
        Assert.That((train.Status, train.Error), Is.EqualTo((0, "")));
        RunFolder run = RunFolder.Find(Folder["run"]);
        RunSummary summary = RunSummary.Load(run.SummaryPath);
        string elements = Browser.Elements(run.ReportPath, Folder);
        int shown = summary.BestEpoch == summary.Epochs[^1] ? 1 : 2, matrices = summary.Epochs[^1].Confusion is null ? 0 : shown;
        Assert.Multiple(() =>
        {
            Assert.That(Directory.EnumerateFiles(run.SamplesPath), Is.Not.Empty);
            Assert.That(Count(elements, $"is finished: {epochs} of {epochs} epochs, 2 of 2 steps"), Is.EqualTo(1));
            Assert.That(Count(elements, "<svg "), Is.EqualTo(5 + matrices), "loss by step and epoch, score, learning rate, classes, and the confusion matrix of class maps for the best epoch and the last");
            Assert.That(Count(elements, "<polyline "), Is.GreaterThanOrEqualTo(2), "curves of two steps");
            Assert.That(Count(elements, "<table"), Is.EqualTo(1 + shown), "facts, and classes of the best epoch and the last");
            Assert.That(Count(elements, "<img "), Is.EqualTo(summary.Pictures.Count).And.GreaterThanOrEqualTo(3));
        });
    }

    [TestCaseSource(nameof(Kinds))]
    public void Data_are_inspected_and_the_page_opens(string kind)
    {
        string page = Folder["inspect.html"];
        CommandRun inspect = CommandRun.Of("inspect", "--data", SampleData.Find(kind, Folder), "--html", page, "--augment", "1");
        Assert.That((inspect.Status, inspect.Error), Is.EqualTo((0, "")));
        string elements = Browser.Elements(page, Folder);
        int parts = Count(elements, "<h2>");
        Assert.Multiple(() =>
        {
            Assert.That(parts, Is.GreaterThanOrEqualTo(2), "training and validation");
            Assert.That(Count(elements, "Broken files"), Is.Zero);
            Assert.That(Count(elements, "<table"), Is.GreaterThanOrEqualTo(3));
            Assert.That(Count(elements, "<svg "), Is.GreaterThanOrEqualTo(8).And.EqualTo(Count(File.ReadAllText(page), "<svg ")));
            Assert.That(Count(elements, "<img "), Is.GreaterThanOrEqualTo(3));
        });
    }

    private static string[] DataFor(string recipe) => recipe.Split('-')[0] switch
    {
        "severstal" => ["severstal"],
        "drinks" => ["drinks_via"],
        "voc" => ["voc"],
        "pets" => [SampleData.Pets],
        "camvid" => ["camvid"],
        "small" => ["isbi2012", "dsb2018_nuclei", "camvid"],
        var other => throw new InvalidOperationException($"say which sample is like the data of the recipes '{other}'"),
    };

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}

using SegFromScratch.Training.Data;
using SegFromScratch.Training.Data.Splits;
using SegFromScratch.Training.Metrics;
using SegFromScratch.Training.Prediction;
using SegFromScratch.Training.Runs;
using SegFromScratch.Training.Weights;

namespace SegFromScratch.Tests.Runs;

/// <summary>Files of a run that are sound JSON or CSV and yet hold what no run writes: each is refused where it is read, and not where somebody stumbles over it later.</summary>
public sealed class DamagedRunFileTests : FolderTests
{
    private const string Sound = """
        {"class_names": ["a", "b"], "class_colors": ["#000000", "#ffffff"], "commands": ["seg train"],
         "epochs": [{"epoch": 1, "classes": [{"io_u": 0.5}, {}], "confusion": [[1, 2], [3, 4]]}],
         "pictures": [{"file": "pictures/first-1.png", "group": "first", "name": "p", "score": 1, "epoch": 1}]}
        """;

    [TestCase("step,loss,loss\n1,2,3\n", "the column 'loss' is there twice")]
    [TestCase("step,,\n1,2,3\n", "the column '' is there twice")]
    [TestCase("step,loss\n1,2,3\n", "line 2")]
    public void Of_a_log(string text, string message) =>
        Assert.That(() => LogTable.Load(Written(text)), Throws.TypeOf<ConfigurationException>().With.Message.Contains("file.json").And.Message.Contains(message));

    [TestCase("""{"method": "seeded", "seed": 1, "train": [null], "validation": [], "test": []}""")]
    [TestCase("""{"method": "seeded", "seed": 1, "train": ["a"], "validation": ["b"], "test": ["c", null]}""")]
    [TestCase("null")]
    public void Of_a_division(string text) =>
        Assert.That(() => SplitFile.Read(Written(text)), Throws.TypeOf<DataSetException>().With.Message.Contains("no split file"));

    [TestCase("""{"classes": [null]}""")]
    [TestCase("""{"classes": null}""")]
    public void Of_thresholds(string text) =>
        Assert.That(() => DecisionThresholds.Load(Written(text), 1), Throws.TypeOf<ConfigurationException>().With.Message.Contains("file.json"));

    [TestCase("""{"names": [null], "colors": ["#000000"]}""")]
    [TestCase("""{"names": ["a"], "colors": [null]}""")]
    public void Of_a_checkpoints_note(string note) =>
        Assert.That(() => NetworkClasses.Parse("file.json", note), Throws.TypeOf<WeightFileException>().With.Message.Contains("its note 'classes' is damaged"));

    [Test]
    public void The_summary_before_it_is_damaged_is_read() => Assert.That(RunSummary.Load(Written(Sound)).Epochs[0].Classes, Has.Count.EqualTo(2));

    [TestCase("\"#ffffff\"", "null")]
    [TestCase(", \"#ffffff\"", "")]
    [TestCase("\"a\", ", "null, ")]
    [TestCase("\"seg train\"", "null")]
    [TestCase("{}]", "{}, {}]")]
    [TestCase("{}]", "null]")]
    [TestCase("[1, 2]", "[1]")]
    [TestCase("[1, 2]", "null")]
    [TestCase("[1, 2]", "[1, -2]")]
    [TestCase("[1, 2]", "[1, 9223372036854775807]")]
    [TestCase("[[1, 2], ", "[")]
    [TestCase("\"epoch\": 1, \"classes\": [{\"io_u\": 0.5}, {}]", "\"classes\": null")]
    [TestCase("\"file\": \"pictures/first-1.png\", ", "")]
    [TestCase("\"name\": \"p\"", "\"name\": null")]
    public void Of_a_summary(string sound, string damaged)
    {
        Assert.That(Sound, Does.Contain(sound));
        Assert.That(() => RunSummary.Load(Written(Sound.Replace(sound, damaged))), Throws.TypeOf<ConfigurationException>().With.Message.Contains("file.json").And.Message.Contains("damaged"));
    }

    private string Written(string text)
    {
        Folder.WriteText("file.json", text);
        return Folder["file.json"];
    }
}

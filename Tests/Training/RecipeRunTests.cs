using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Layers.Models;
using SegFromScratch.Training.Images;
using SegFromScratch.Training.Recipes;
using SegFromScratch.Training.Runs;
using SegFromScratch.Training.Trainer;

namespace SegFromScratch.Tests.Training;

/// <summary>Each recipe trains, scaled down in size, width and steps: one step, one validation, checkpoints.</summary>
public sealed class RecipeRunTests
{
    private const int Side = 64;

    public static IReadOnlyList<string> Names => RecipeCatalog.Names;

    [TestCaseSource(nameof(Names))]
    public void Each_recipe_trains(string name)
    {
        using var folder = new TemporaryFolder();
        RunConfiguration recipe = RecipeCatalog.Load(name);
        bool hasLayers = name.StartsWith("severstal", StringComparison.Ordinal);
        RunConfiguration small = recipe with
        {
            Model = ModelCatalog.SettingsOf(recipe.Model.Name).Any(setting => setting.Name == "base_filters") ? recipe.Model.With("base_filters", "4") : recipe.Model,
            Data = recipe.Data with { Path = hasLayers ? TinyRun.Data : ClassMaps(folder.File("data")), ImageWidth = Side, ImageHeight = Side, ShorterSide = null },
            Augmentation = recipe.Augmentation.CropWidth is null ? recipe.Augmentation : recipe.Augmentation with { CropWidth = Side, CropHeight = Side },
            Batch = 2,
            Epochs = 1,
            StepsPerEpoch = 1,
            Device = "cpu",
        };
        using var device = new CpuDevice(2);
        RunFolder run = RunFolder.Create(folder.File("run"));
        var watcher = new LossWatcher();
        Assert.That(TrainingRun.Begin(new TrainingSetup(small, device), run, watcher).Run(CancellationToken.None), Is.True);
        Assert.Multiple(() =>
        {
            Assert.That(watcher.Losses, Has.Count.EqualTo(1).And.All.Matches<float>(float.IsFinite));
            Assert.That(watcher.Metric, Is.EqualTo(recipe.Metric == "auto" ? "mean-iou" : recipe.Metric));
            Assert.That(File.Exists(run.BestCheckpointPath) && File.Exists(run.LastCheckpointPath));
            Assert.That(run.LoadConfiguration().ToJson(), Does.Contain(recipe.Schedule.Name));
        });
    }

    // Squares of two classes on a background of the third.
    private static string ClassMaps(string path)
    {
        Directory.CreateDirectory(Path.Combine(path, "images"));
        Directory.CreateDirectory(Path.Combine(path, "masks"));
        for (int i = 0; i < 8; i++)
        {
            byte[] labels = [.. Enumerable.Range(0, Side * Side).Select(at => (byte)(at % Side < 8 * i ? 1 : at / Side < 20 ? 2 : 0))];
            ImageFile.WritePng(Path.Combine(path, "images", $"{i}.png"), new Image(Side, Side, 3, [.. labels.SelectMany(label => Enumerable.Repeat((byte)(label * 90), 3))]));
            ImageFile.WritePng(Path.Combine(path, "masks", $"{i}.png"), new IndexMask(Side, Side, labels), null);
        }

        return path;
    }

    private sealed class LossWatcher : ITrainingObserver
    {
        public List<float> Losses { get; } = [];

        public string? Metric { get; private set; }

        public void Started(TrainingSetup setup, RunProgress progress)
        {
        }

        public void StepDone(RunProgress progress, float loss, double learningRate) => Losses.Add(loss);

        public void Validating(int images, int total)
        {
        }

        public void EpochDone(RunProgress progress, double meanLoss, Evaluation evaluation, bool isBest) => Metric = evaluation.Metric;
    }
}

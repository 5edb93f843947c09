using System.CommandLine;
using SegFromScratch.Apps.Seg.Commands;
using SegFromScratch.Apps.Seg.Console.Help;
using SegFromScratch.Tests.Training;
using SegFromScratch.Training.Recipes;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Tests.Apps;

[NonParallelizable]
public sealed class RecipeCommandTests
{
    [Test]
    public void Recipes_are_listed_and_shown()
    {
        CommandRun list = CommandRun.Of("recipes"), one = CommandRun.Of("recipes", "drinks-fcn"), none = CommandRun.Of("recipes", "drink");
        Assert.Multiple(() =>
        {
            foreach (string name in RecipeCatalog.Names)
                Assert.That(list.Output, Does.Contain(name));
            Assert.That(one.Output, Is.EqualTo(RecipeCatalog.Text("drinks-fcn")));
            Assert.That((none.Status, none.Error), Is.EqualTo((1, none.Error)));
            Assert.That(none.Error, Does.Contain("There is no recipe 'drink'"));
        });
    }

    [Test]
    public void The_command_line_goes_over_a_recipe_and_config_json_has_all_of_it()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("run");
        CommandRun train = CommandRun.Of(
            "train", "--recipe", "severstal-modern", "--data", TinyRun.Data, "--model", "unet", "--base-filters", "1", "--size", "64x32", "--crop", "32x32", "--epochs", "1", "--batch", "4", "--accumulate", "2", "--clip", "2",
            "--rotate", "5", "--schedule", "step:every_epochs=3,factor=0.5", "--metric", "mean-dice", "--device", "cpu", "--threads", "1", "--run", path);
        Assert.That(train.Status, Is.Zero, train.Error);
        RunConfiguration expected = RecipeCatalog.Load("severstal-modern"), actual = RunConfiguration.Load(Path.Combine(path, "config.json"));
        Assert.Multiple(() =>
        {
            Assert.That(actual.Optimizer, Is.EqualTo(expected.Optimizer with { GradientClip = 2 }));
            Assert.That(actual.Training, Is.EqualTo(expected.Training with { Accumulate = 2 }));
            Assert.That(actual.Augmentation, Is.EqualTo(expected.Augmentation with { CropWidth = 32, CropHeight = 32, Rotation = 5 }));
            Assert.That((actual.Epochs, actual.Batch, actual.Seed, actual.Metric, actual.Model.Name, actual.Schedule.Name), Is.EqualTo((1, 4, expected.Seed, "mean-dice", "unet", "step")));
            Assert.That(actual.Loss.Name, Is.EqualTo(expected.Loss.Name));
            Assert.That(actual.Data.Normalization, Is.EqualTo(expected.Data.Normalization));
        });

        CommandRun again = CommandRun.Of("train", "--recipe", Path.Combine(path, "config.json"), "--run", folder.File("again"));
        Assert.That(again.Status, Is.Zero, again.Error);
        Assert.That(File.ReadAllBytes(folder.File(Path.Combine("again", "checkpoints", "last.safetensors"))), Is.EqualTo(File.ReadAllBytes(Path.Combine(path, "checkpoints", "last.safetensors"))), "config.json makes the same bits");

        CommandRun search = CommandRun.Of("evaluate", "--run", path, "--search-thresholds", "--device", "cpu");
        Assert.That(search.Status, Is.Zero, search.Error);
        Assert.That(search.Output, Does.Contain("kaggle-dice").And.Contain("batch-soft-dice").And.Contain("mean-recall"));
        Assert.That(File.Exists(Path.Combine(path, "thresholds.json")));
        CommandRun predict = CommandRun.Of("predict", Directory.EnumerateFiles(Path.Combine(TinyRun.Data, "train_images")).First(), "--run", path, "--output", folder.File("masks"), "--device", "cpu");
        Assert.That(predict.Status, Is.Zero, predict.Error);
    }

    // The command that the published CamVid result was made by, before there was a recipe of it.
    [Test]
    public void The_recipe_of_CamVid_is_the_command_of_its_result()
    {
        RunConfiguration command = Configuration(
            "--data CAMVID --model unet --base-filters 16 --size 320x240 --crop 320x240 --scale 0.75-1.5 --flip --light 0.3 --saturation 0.3 --hue 0.05 --loss cross-entropy+dice:each-class "
            + "--epochs 60 --batch 4 --lr 2e-3 --schedule cosine:warm_up_epochs=1 --ema 0.99");
        Assert.That(Configuration("--recipe camvid-unet --data CAMVID").ToJson(), Is.EqualTo(command.ToJson()));
    }

    [Test]
    public void A_metric_that_the_data_do_not_have_is_told()
    {
        using var folder = new TemporaryFolder();
        CommandRun train = CommandRun.Of("train", "--data", TinyRun.Data, "--base-filters", "1", "--metric", "image-iou", "--device", "cpu", "--run", folder.File("run"));
        Assert.That((train.Status, train.Error.Split('\n').Length), Is.EqualTo((1, 2)));
        Assert.That(train.Error, Does.Contain("there is no 'image-iou' of masks that may overlap: choose kaggle-dice"));
    }

    private static RunConfiguration Configuration(string arguments)
    {
        var options = new TrainOptions();
        var command = new GroupedCommand("train", "");
        options.AddTo(command);
        return options.Configuration(command.Parse(arguments));
    }
}

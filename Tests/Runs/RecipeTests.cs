using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Layers.Models;
using SegFromScratch.Training.Losses;
using SegFromScratch.Training.Optimization;
using SegFromScratch.Training.Recipes;
using SegFromScratch.Training.Runs;
using SegFromScratch.Training.Trainer;

namespace SegFromScratch.Tests.Runs;

public sealed class RecipeTests
{
    public static IReadOnlyList<string> Names => RecipeCatalog.Names;

    [Test]
    public void All_recipes_are_there() => Assert.That(RecipeCatalog.Names, Is.SupersetOf((string[])
        ["severstal-unet", "severstal-deeplab", "drinks-fcn", "voc-fcn-resnet50", "voc-fcn-resnet101", "voc-fcn-resnet152", "pets-vgg-fcn", "severstal-modern", "voc-modern", "small-modern", "camvid-unet"]));

    // Nothing in a recipe may be unknown to the parts that read it: network, schedule, loss, optimiser, normalisation, parts with rates of their own.
    [TestCaseSource(nameof(Names))]
    public void Each_recipe_can_be_carried_out(string name)
    {
        RunConfiguration recipe = RecipeCatalog.Load(name);
        Assert.That(RecipeCatalog.Summary(name), Is.Not.Empty.And.Not.Contain("{"));
        using var cpu = new CpuDevice(1);
        SegmentationModel model = TrainingSetup.CreateModel(recipe, new PlanningDevice(cpu), 4);
        LearningRateSchedule.Create(recipe.Schedule, recipe.Optimizer.LearningRate, 1000, 10);
        _ = DataSource.NormalizationOf(recipe.Data);
        if (recipe.Loss.Name != LossFactory.Auto)
            Assert.That(LossTerm.ParseSum(recipe.Loss.Name), Is.Not.Empty);
        Optimizer optimizer = OptimizerFactory.Create(recipe.Optimizer, model);
        FineTuning.ScaleLearningRates(optimizer, model, recipe.FineTuning);
        if ((recipe.Augmentation.CropWidth ?? recipe.Data.ImageWidth, recipe.Augmentation.CropHeight ?? recipe.Data.ImageHeight) is ({ } width, { } height))
            Assert.That((model.InputSizeFor(width), model.InputSizeFor(height)), Is.EqualTo((width, height)), "the network takes the size");
    }

    [Test]
    public void Published_numbers_are_kept()
    {
        RunConfiguration unet = RecipeCatalog.Load("severstal-unet"), drinks = RecipeCatalog.Load("drinks-fcn"), voc = RecipeCatalog.Load("voc-fcn-resnet101");
        Assert.Multiple(() =>
        {
            Assert.That((unet.Data.ImageWidth, unet.Data.ImageHeight, unet.Batch, unet.Epochs, unet.Optimizer.LearningRate), Is.EqualTo((800, 128, 32, 50, 1e-3)));
            Assert.That((drinks.Batch, drinks.Epochs, drinks.Metric), Is.EqualTo((4, 100, "image-iou")));
            Assert.That((voc.Optimizer.LearningRate, voc.Optimizer.WeightDecay, voc.Batch, voc.Epochs, voc.FineTuning.LearningRateScales["aux_classifier"]), Is.EqualTo((1e-4, 1e-4, 4, 30, 10)));
        });
    }

    // The studies' mistakes are switches, and off.
    [TestCaseSource(nameof(Names))]
    public void Known_defects_are_off(string name)
    {
        RunConfiguration recipe = RecipeCatalog.Load(name);
        Assert.That((recipe.Augmentation.FixedMirror, recipe.Data.Normalization == "bytes", recipe.Model.GetBoolean("dropout_at_inference", false)), Is.EqualTo((false, false, false)));
    }

    [Test]
    public void A_name_that_is_not_there_and_a_file_that_is()
    {
        Assert.That(() => RecipeCatalog.Load("severstal-unett"), Throws.TypeOf<ConfigurationException>().With.Message.EqualTo("There is no recipe 'severstal-unett'; did you mean 'severstal-unet'?"));
        using var folder = new TemporaryFolder();
        string path = folder.File("mine.json");
        File.WriteAllText(path, "// my own\n" + RecipeCatalog.Text("severstal-unet").Replace("\"epochs\": 50", "\"epochs\": 3", StringComparison.Ordinal));
        Assert.That(RecipeCatalog.Load(path).ToJson(), Is.EqualTo((RecipeCatalog.Load("severstal-unet") with { Epochs = 3 }).ToJson()));
    }
}

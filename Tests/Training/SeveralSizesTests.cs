using SegFromScratch.Tests.Reports;
using SegFromScratch.Training.Data;
using SegFromScratch.Training.Data.Transforms;
using SegFromScratch.Training.Images;
using SegFromScratch.Training.Recipes;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Tests.Training;

/// <summary>Pictures of several sizes train together: they are scaled with their proportions, and a crop makes them one batch; validation takes each as it is.</summary>
public sealed class SeveralSizesTests : FolderTests
{
    [TestCase(500, 375, 520, 693, 520)]
    [TestCase(375, 500, 520, 520, 693)]
    [TestCase(64, 64, 32, 32, 32)]
    [TestCase(1000, 3, 6, 2000, 6)]
    public void The_shorter_side_is_given_and_the_proportions_stay(int width, int height, int side, int expectedWidth, int expectedHeight)
    {
        var transform = new SampleTransform(new AugmentationOptions { ShorterSide = side }, Normalization.Unit);
        Assert.That(transform.OutputSize(width, height), Is.EqualTo((expectedWidth, expectedHeight)));
        SamplePlan plan = transform.Plan(width, height, default);
        Assert.That((plan.Width, plan.Height, plan.Width * plan.StepX, plan.Height * plan.StepY), Is.EqualTo((expectedWidth, expectedHeight, (double)width, (double)height)));
    }

    [Test]
    public void The_recipe_for_voc_trains_on_generated_pictures_of_several_sizes()
    {
        (int Width, int Height)[] sizes = [(40, 30), (30, 40), (50, 50), (64, 24), (36, 48), (44, 33)];
        for (int i = 0; i < sizes.Length; i++)
        {
            (int width, int height) = sizes[i];
            byte[] labels = [.. Enumerable.Range(0, width * height).Select(at => (byte)(at % width < width / 2 ? 1 : at == width - 1 ? 255 : 0))];
            Directory.CreateDirectory(Folder["data/images"]);
            Directory.CreateDirectory(Folder["data/masks"]);
            ImageFile.WritePng(Folder[$"data/images/{i}.png"], new Image(width, height, 3, [.. labels.SelectMany(label => Enumerable.Repeat((byte)(label == 1 ? 200 : 20), 3))]));
            ImageFile.WritePng(Folder[$"data/masks/{i}.png"], new IndexMask(width, height, labels), null);
        }

        Train(Folder["data"], 2);
    }

    [Test]
    public void The_recipe_for_voc_trains_on_pictures_of_pascal_voc()
    {
        string data = SharedData.Find("labelme_voc/semantic_segmentation/data_dataset_voc");
        DataSetParts parts = DataSets.Open(data);
        Assert.That(new[] { parts.Train, parts.Validation }.SelectMany(part => Enumerable.Range(0, part.Count).Select(part.SizeOf)).Distinct().Count(), Is.GreaterThan(1), "they have several sizes");
        Train(data, 2);
    }

    private void Train(string data, int batch)
    {
        RunConfiguration recipe = RecipeCatalog.Load("voc-fcn-resnet50");
        Assert.That((recipe.Data.ShorterSide, recipe.Augmentation.CropWidth), Is.EqualTo((520, 480)));
        RunFolder run = WatchedRun.Train(Folder["run"], recipe with
        {
            Model = new NamedOptions { Name = "unet" }.With("base_filters", "2"),
            FineTuning = new FineTuningOptions(),
            Data = recipe.Data with { Path = data, ShorterSide = 36, ValidationShare = 0.34 },
            Augmentation = recipe.Augmentation with { CropWidth = 48, CropHeight = 48 },
            Epochs = 1,
            Batch = batch,
            Device = "cpu",
        });
        Assert.That(File.Exists(run.BestCheckpointPath) && File.Exists(run.ReportPath));
    }
}

using System.Text.Json;
using System.Xml.Linq;
using SegFromScratch.Training.Data;
using SegFromScratch.Training.Images;
using SegFromScratch.Training.Inspection;
using SegFromScratch.Training.Reports.Svg;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Tests.Inspection;

[NonParallelizable]
public sealed class InspectionTests : FolderTests
{
    [Test]
    public void Class_maps_are_counted_by_hand()
    {
        WriteClassMaps();
        DataInspection inspection = Inspect();
        PartInspection train = inspection.Parts[0];
        // Two pictures of 4x2: one all of class 0, one with five pixels of class 1, one of class 2, one void, one of class 0.
        Assert.Multiple(() =>
        {
            Assert.That((train.Images, train.Pixels, train.VoidPixels, train.EmptyImages), Is.EqualTo((2, 16L, 1L, 1)));
            Assert.That(train.Classes, Is.EqualTo(new[]
            {
                new ClassInspection("sky", 2, 1, 9, 9 / 16.0), new ClassInspection("road", 1, 0.5, 5, 5 / 16.0), new ClassInspection("car", 1, 0.5, 1, 1 / 16.0),
            }));
            Assert.That(train.ImagesByClassCount, Is.EqualTo(new[] { 0, 1, 0, 1 }));
            Assert.That(train.Sizes, Is.EqualTo(new[] { new SizeCount(4, 2, 2) }));
            // Grey values 51 and 102 in equal numbers: mean 0.3, deviation 0.1.
            Assert.That(train.ChannelMeans, Is.EqualTo(new[] { 0.3, 0.3, 0.3 }).Within(1e-12));
            Assert.That(train.ChannelDeviations, Is.EqualTo(new[] { 0.1, 0.1, 0.1 }).Within(1e-9));
            // 9 of 15 counted pixels are sky, which is the most frequent class too; three classes occur.
            Assert.That(train.Baselines, Is.EqualTo(new[] { new Baseline("sky everywhere", "pixel accuracy", 0.6), new Baseline("sky everywhere", "mean IoU", 0.6 / 3) }));
            Assert.That(train.Examples, Is.EqualTo(new GalleryExample[] { new("sky", 0), new("sky", 1), new("road", 1), new("car", 1), new("empty", 0) }));
            Assert.That(inspection.Parts[1].Baselines.Select(baseline => baseline.Answer), Is.EqualTo(new[] { "sky everywhere", "sky everywhere", "road everywhere", "road everywhere" }));
            Assert.That(inspection.Parts[1].Baselines.Select(baseline => baseline.Score), Is.EqualTo(new double[] { 0, 0, 1, 1 }));
        });
    }

    [Test]
    public void Layers_are_counted_by_hand()
    {
        foreach (string name in new[] { "a", "b", "c", "d" })
            Folder.WriteImage($"train_images/{name}.png", 4, 3);
        Folder.WriteText("train.csv", "ImageId,ClassId,EncodedPixels\na.png,3,1 6\na.png,1,3 2\nb.png,3,1 1\n");
        Folder.WriteText("split.json", "{\"method\":\"seeded\",\"seed\":0,\"train\":[\"a.png\",\"b.png\",\"c.png\"],\"validation\":[\"d.png\"],\"test\":[]}");
        DataInspection inspection = DataInspector.Inspect(Folder.Path, DataSets.Open(Folder.Path, new DataSetOptions { Split = Folder["split.json"] }));
        PartInspection train = inspection.Parts[0];
        Assert.Multiple(() =>
        {
            Assert.That(train.Classes.Select(each => (each.Images, each.Pixels)), Is.EqualTo(new[] { (1, 2L), (0, 0L), (2, 7L), (0, 0L) }));
            Assert.That((train.EmptyImages, inspection.MasksMayOverlap), Is.EqualTo((1, true)));
            Assert.That(train.ImagesByClassCount, Is.EqualTo(new[] { 1, 1, 1 }));
            // 9 of the 12 masks are empty.
            Assert.That(train.Baselines.Single().Score, Is.EqualTo(0.75).Within(1e-12));
            Assert.That(inspection.Parts[1].Baselines.Single().Score, Is.EqualTo(1));
        });
    }

    [Test]
    public void Broken_and_unpaired_files_are_listed()
    {
        WriteClassMaps();
        File.WriteAllText(Folder["images/b.png"], "no picture");
        Folder.WriteMask("masks/spare.png", 4, 2);
        DataInspection inspection = Inspect();
        Assert.That((inspection.Parts[0].Images, inspection.Parts[0].Broken.Count, inspection.Unpaired.Count), Is.EqualTo((1, 1, 1)));
        Assert.That(inspection.Parts[0].Broken[0], Does.StartWith(Folder["images/b.png"]));
    }

    [Test]
    public void The_command_writes_figures_and_a_page_that_needs_nothing_else()
    {
        WriteClassMaps();
        string json = Folder["figures.json"], page = Folder["page.html"];
        (int status, _, string error) = CommandRun.Of("inspect", "--data", Folder.Path, "--json", json, "--html", page, "--augment", "2");
        Assert.That(status, Is.Zero, error);
        using JsonDocument figures = JsonDocument.Parse(File.ReadAllText(json));
        JsonElement train = figures.RootElement.GetProperty("parts")[0];
        Assert.That(train.GetProperty("classes")[1].GetProperty("pixels").GetInt32(), Is.EqualTo(5));
        string text = File.ReadAllText(page);
        Assert.Multiple(() =>
        {
            // Five examples with two changed ones each in train; one in validation, which is not augmented.
            Assert.That(text.Split("data:image/png;base64,"), Has.Length.EqualTo(1 + (5 * 3) + 1));
            Assert.That(text.Split("<svg "), Has.Length.EqualTo(1 + (2 * 4)));
            Assert.That(text, Does.Not.Contain("<script").And.Not.Contain("src=\"http").And.Not.Contain("href="));
            Assert.That(text, Does.Contain("changed 2").And.Contain("sky everywhere: pixel accuracy 0.6000"));
        });
    }

    [Test]
    public void The_page_shows_the_changes_of_a_run()
    {
        WriteClassMaps();
        RunFolder run = RunFolder.Create(Folder["run"]);
        new RunConfiguration { Augmentation = new AugmentationSettings { CropWidth = 3, CropHeight = 1 } }.Save(run.ConfigurationPath);
        (int status, _, string error) = CommandRun.Of("inspect", "--data", Folder.Path, "--html", Folder["page.html"], "--augment-from", run.Path);
        Assert.That((status, error), Is.EqualTo((0, "")));
        string[] pictures = File.ReadAllText(Folder["page.html"]).Split("data:image/png;base64,");
        Assert.That(pictures, Has.Length.EqualTo(1 + (5 * 4) + 1), "three changed ones beside each of five");
        Image changed = ImageFile.Read(Convert.FromBase64String(pictures[2].Split('"')[0]), "thumbnail");
        Assert.That((changed.Width, changed.Height), Is.EqualTo((3, 1)));
    }

    [Test]
    public void What_cannot_be_inspected_is_one_line()
    {
        (int status, _, string error) = CommandRun.Of("inspect", "--data", Folder["nowhere"]);
        Assert.That((status, error.TrimEnd()), Is.EqualTo((1, $"error: {Folder["nowhere"]}: no such folder.")));
    }

    [Test]
    public void Pictures_of_the_page_show_image_and_mask()
    {
        WriteClassMaps();
        Folder.WriteText("classes.txt", "sky\n<road>\ncar\n");
        DataSetParts parts = DataSets.Open(Folder.Path);
        string page = InspectionPage.Create(DataInspector.Inspect(Folder.Path, parts), parts).ToString();
        Assert.That(page, Does.Contain("&lt;road&gt;").And.Not.Contain("<road>"));
        string picture = page.Split("data:image/png;base64,")[2].Split('"')[0];
        Image image = ImageFile.Read(Convert.FromBase64String(picture), "thumbnail");
        // The second example is b.png, grey 102: class 1 half-covered by (128, 0, 0), class 0 and void as they were.
        Assert.That((image.Width, image.Height, image[0, 0, 0], image[0, 0, 1], image[1, 2, 1], image[1, 3, 1]), Is.EqualTo((4, 2, (byte)115, (byte)51, (byte)102, (byte)102)));
    }

    [Test]
    public void Charts_are_well_formed_and_to_scale()
    {
        var bars = XElement.Parse(Charts.Bars("a & b", [new("first <one>", 2, "2", "#ff0000"), new("second", 1, "1", Charts.Css((0, 128, 255))), new("third", 0, "0", "red")]));
        XElement[] rectangles = [.. bars.Elements().Where(element => element.Name.LocalName == "rect")];
        Assert.That(rectangles.Select(rectangle => (double)rectangle.Attribute("width")!), Is.EqualTo(new double[] { 330, 165, 0 }));
        Assert.That((string)rectangles[1].Attribute("fill")!, Is.EqualTo("#0080ff"));
        Assert.That(bars.Elements().First(element => element.Name.LocalName == "title").Value, Is.EqualTo("a & b"));
        Assert.That(bars.Elements().First(element => element.Name.LocalName == "text").Value, Is.EqualTo("first <one>"));
        var pie = XElement.Parse(Charts.Pie("pie", [new("a", 3, "3", "red"), new("b", 1, "1", "blue"), new("c", 0, "0", "green")]));
        string[] slices = [.. pie.Elements().Where(element => element.Name.LocalName == "path").Select(element => (string)element.Attribute("d")!)];
        // Three quarters clockwise from the top end on the left; the rest ends at the top.
        Assert.That(slices, Is.EqualTo(new[] { "M 86 86 L 86 6 A 80 80 0 1 1 6 86 Z", "M 86 86 L 6 86 A 80 80 0 0 1 86 6 Z" }));
        Assert.That(Charts.Pie("whole", [new("a", 1, "1", "red")]), Does.Contain("<circle cx=\"86\" cy=\"86\" r=\"80\""));
    }

    [Test]
    public void The_shared_severstal_has_the_published_score_of_nothing_on_its_sample()
    {
        DataSetParts parts = DataSets.Open(SharedData.Find("severstal"));
        DataInspection inspection = DataInspector.Inspect(SharedData.Find("severstal"), parts);
        Assert.That(inspection.Parts.Sum(part => part.Images), Is.EqualTo(25));
        Assert.That(inspection.Parts.Sum(part => part.EmptyImages), Is.EqualTo(21));
        Assert.That(inspection.Parts.SelectMany(part => part.Sizes).Select(size => (size.Width, size.Height)).Distinct(), Is.EqualTo(new[] { (1600, 256) }));
    }

    private DataInspection Inspect() => DataInspector.Inspect(Folder.Path, DataSets.Open(Folder.Path, new DataSetOptions { KeepGoing = true }));

    private void WriteClassMaps()
    {
        Folder.WriteText("classes.txt", "sky\nroad\ncar\n");
        Folder.WriteText("train.txt", "a\nb\n");
        Folder.WriteImage("images/a.png", 4, 2, 51);
        Folder.WriteImage("images/b.png", 4, 2, 102);
        Folder.WriteImage("images/c.png", 4, 2);
        Folder.WriteMask("masks/a.png", 4, 2);
        Folder.WriteMask("masks/b.png", 4, 2, 1, 1, 1, 1, 1, 2, 0, 255);
        Folder.WriteMask("masks/c.png", 4, 2, 1, 1, 1, 1, 1, 1, 1, 1);
    }
}

using SegFromScratch.Training.Data;
using SegFromScratch.Training.Data.Severstal;
using SegFromScratch.Training.Data.Splits;

namespace SegFromScratch.Tests.Data;

public class DataSetsTests
{
    [Test]
    public void Camvid_folders_give_their_own_split_and_known_classes()
    {
        using var folder = new TemporaryFolder();
        foreach ((string part, int count) in new[] { ("train", 3), ("val", 2), ("test", 1) })
        {
            for (int i = 0; i < count; i++)
            {
                folder.WriteImage($"{part}/{i}.png");
                folder.WriteMask($"{part}annot/{i}.png", firstLabels: [10, 11]);
            }
        }
        DataSetParts parts = DataSets.Open(folder.Path);
        Assert.Multiple(() =>
        {
            Assert.That((parts.Train.Count, parts.Validation.Count, parts.Test?.Count), Is.EqualTo((3, 2, 1)));
            Assert.That(parts.Train.ClassNames, Has.Count.EqualTo(11));
            Assert.That(parts.Train.ClassNames[3], Is.EqualTo("Road"));
            Assert.That((parts.Train.IgnoreIndex, parts.Train.IsMultiLabel), Is.EqualTo(((int?)11, false)));
            Assert.That(parts.Train.Load(2).Name, Is.EqualTo("2.png"));
        });
        folder.WriteText("classes.txt", "road\n# a comment\n\ncar\n");
        folder.WriteText("train.txt", "train/1.png trainannot/1.png\n0\n");
        parts = DataSets.Open(folder.Path, new DataSetOptions { IgnoreIndex = 11 });
        Assert.That(parts.Train.ClassNames, Is.EqualTo(new[] { "road", "car" }));
        Assert.That((parts.Train.NameOf(0), parts.Train.NameOf(1), parts.Train.Count), Is.EqualTo(("1.png", "0.png", 2)), "the list decides which and in what order");
    }

    [Test]
    public void The_shared_camvid_opens_with_its_published_sizes()
    {
        DataSetParts parts = DataSets.Open(SharedData.Find("camvid"));
        Assert.That((parts.Train.Count, parts.Validation.Count, parts.Test!.Count), Is.EqualTo((367, 101, 233)));
        Sample sample = parts.Validation.Load(0);
        Assert.That((sample.Image.Width, sample.Image.Height, sample.Target.Width), Is.EqualTo((480, 360, 480)));
    }

    [Test]
    public void The_shared_severstal_opens_with_the_masks_it_has()
    {
        DataSetParts parts = DataSets.Open(SharedData.Find("severstal"));
        Assert.That((parts.Train.Count, parts.Validation.Count), Is.EqualTo((21, 4)));
        Assert.That(parts.Layout, Does.Contain("train_subset.csv").And.Contain("4 of 25 images with defects"));
        IEnumerable<Sample> all = new[] { parts.Train, parts.Validation }.SelectMany(part => Enumerable.Range(0, part.Count).Select(part.Load));
        Assert.That(all.Count(sample => ((LayerMasks)sample.Target).Layers.Contains((byte)1)), Is.EqualTo(4));
    }

    [Test]
    public void Images_and_masks_are_divided_by_seed_or_by_lists()
    {
        using var folder = new TemporaryFolder();
        for (int i = 0; i < 20; i++)
        {
            folder.WriteImage($"images/{i:D2}.png");
            folder.WriteMask($"masks/{i:D2}.png", firstLabels: [2, 255]);
        }
        DataSetParts first = DataSets.Open(folder.Path), same = DataSets.Open(folder.Path), other = DataSets.Open(folder.Path, new DataSetOptions { Seed = 1 });
        Assert.Multiple(() =>
        {
            Assert.That((first.Train.Count, first.Validation.Count, first.Test), Is.EqualTo((17, 3, (IDataSet?)null)));
            Assert.That(first.Train.ClassNames, Is.EqualTo(new[] { "class 0", "class 1", "class 2" }));
            Assert.That(first.Train.IgnoreIndex, Is.EqualTo(255));
            Assert.That(Names(first.Validation), Is.EqualTo(Names(same.Validation)));
            Assert.That(Names(first.Validation), Is.Not.EqualTo(Names(other.Validation)));
            Assert.That(Names(first.Train).Concat(Names(first.Validation)).Distinct().Count(), Is.EqualTo(20));
        });
        folder.WriteText("train.txt", "03\n01\n");
        folder.WriteText("test.txt", "05\n");
        DataSetParts listed = DataSets.Open(folder.Path);
        Assert.That(Names(listed.Train), Is.EqualTo(new[] { "03.png", "01.png" }));
        Assert.That((listed.Validation.Count, listed.Test?.Count), Is.EqualTo((17, 1)), "without val.txt the rest validates");
    }

    [Test]
    public void Both_spellings_of_the_severstal_table_say_the_same()
    {
        using var folder = new TemporaryFolder();
        folder.WriteText("new.csv", "ImageId,ClassId,EncodedPixels\na.jpg,3,1 2\nb_1.jpg,1,5 1\n");
        folder.WriteText("old.csv", "ImageId_ClassId,EncodedPixels\na.jpg_1,\na.jpg_3,1 2\nb_1.jpg_1,5 1\nc.jpg_2,\n");
        SeverstalTable table = SeverstalTable.Read(folder["new.csv"]), old = SeverstalTable.Read(folder["old.csv"]);
        Assert.That(old.ImagesWithMasks, Is.EqualTo(table.ImagesWithMasks));
        Assert.That(table.RowsOf("a.jpg"), Is.EqualTo(new[] { new SeverstalRow(3, "1 2", 2) }));
        Assert.That(old.RowsOf("a.jpg"), Is.EqualTo(new[] { new SeverstalRow(3, "1 2", 3) }));
        Assert.That(old.RowsOf("b_1.jpg").Single().ClassId, Is.EqualTo(1));
        Assert.That(old.RowsOf("c.jpg"), Is.Empty);
    }

    [Test]
    public void Severstal_masks_land_on_their_layers()
    {
        using var folder = new TemporaryFolder();
        folder.WriteImage("train_images/a.png", width: 4, height: 3);
        folder.WriteImage("train_images/b.png", width: 4, height: 3);
        folder.WriteText("train.csv", "ImageId,ClassId,EncodedPixels\na.png,4,4 1\na.png,2,1 1\n");
        DataSetParts parts = DataSets.Open(folder.Path);
        Sample sample = new[] { parts.Train, parts.Validation }.Select(part => part.Load(0)).Single(each => each.Name == "a.png");
        byte[] layers = ((LayerMasks)sample.Target).Layers;
        Assert.That(Enumerable.Range(0, layers.Length).Where(i => layers[i] != 0), Is.EqualTo(new[] { 12 + 0, 36 + 1 }));
    }

    [Test]
    public void Pascal_colours_are_the_published_ones()
    {
        Assert.That(Enumerable.Range(0, 4).Append(15).Select(ClassTable.PascalColor), Is.EqualTo(new (byte, byte, byte)[]
        {
            (0, 0, 0), (128, 0, 0), (0, 128, 0), (128, 128, 0), (192, 128, 128),
        }));
    }

    [Test]
    public void A_kaggle_sized_set_is_divided_as_published()
    {
        (int[] train, int[] validation) = SeededSplit.Split(Enumerable.Range(0, 12568).ToArray(), 0.15, seed: 0);
        Assert.That((train.Length, validation.Length), Is.EqualTo((10682, 1886)));
        Assert.That(validation, Is.Ordered);
        Assert.That(train.Concat(validation).Order(), Is.EqualTo(Enumerable.Range(0, 12568)));
    }

    private static string[] Names(IDataSet set) => [.. Enumerable.Range(0, set.Count).Select(set.NameOf)];
}

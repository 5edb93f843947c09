using SegFromScratch.Training.Data;

namespace SegFromScratch.Tests.Data;

/// <summary>Each thing that can be wrong with a folder, and the one line that says so.</summary>
public sealed class DataSetErrorTests : FolderTests
{
    [Test]
    public void No_folder() => OpenSays($"{Folder["absent"]}: no such folder.", folder: Folder["absent"]);

    [Test]
    public void No_known_layout() => OpenSays(
        $"{Folder.Path}: no known layout; looked for train/ with trainannot/ (camvid), train_images/ with train_masks/ (severstal-masks), train_images/ with train.csv (severstal), JPEGImages/ with SegmentationClass/ (voc), "
        + "images/ with annotations/trimaps/ (pet), images/ with masks/ (folders), image/ with label/ (binary), stage1_train/ID/images/ with masks/ (nuclei), "
        + "a VGG Image Annotator project (json) (via), COCO annotations (json) (coco), labelme's json beside each image (labelme).");

    [Test]
    public void No_image()
    {
        Directory.CreateDirectory(Folder["images"]);
        Directory.CreateDirectory(Folder["masks"]);
        OpenSays($"{Folder["images"]}: no image (png, jpg) in this folder.");
    }

    [Test]
    public void No_validation_folder()
    {
        Folder.WriteImage("train/a.png");
        Folder.WriteMask("trainannot/a.png");
        OpenSays($"{Folder["val"]}: the folder is missing; beside train/ and trainannot/ there must be val/ and valannot/.");
    }

    [Test]
    public void Image_without_mask()
    {
        WriteGoodPairs();
        Folder.WriteImage("images/lonely.jpg.png");
        OpenSays($"{Folder["images/lonely.jpg.png"]}: no mask of this name in {Folder["masks"]}; add lonely.jpg.png or remove the image.");
    }

    [Test]
    public void List_with_an_unknown_name()
    {
        WriteGoodPairs();
        Folder.WriteText("train.txt", "a\n\nzebra.png zebra_mask.png\n");
        OpenSays($"{Folder["train.txt"]}, line 3: no image named zebra.png; mend the list or add the image.");
    }

    [Test]
    public void Black_and_white_masks()
    {
        Folder.WriteImage("images/a.png");
        Folder.WriteMask("masks/a.png", firstLabels: [255, 255]);
        OpenSays(
            $"{Folder["masks"]}: the masks hold no value but 0 and the ignore index 255; "
            + "write the classes as 0, 1, 2, ..., or choose another --ignore-index, or say --layout binary where they are black and white.");
    }

    [Test]
    public void Impossible_ignore_index() => OpenSays("--ignore-index 256: a mask value is 0 to 255.", new DataSetOptions { IgnoreIndex = 256 });

    [Test]
    public void Mask_of_another_size()
    {
        WriteGoodPairs();
        Folder.WriteText("classes.txt", "one\ntwo\n");
        Folder.WriteMask("masks/a.png", width: 8, height: 5);
        LoadSays($"{Folder["masks/a.png"]}: the mask is 8x5 but its image a.png is 8x6; they must be equal.");
    }

    [Test]
    public void Mask_value_that_is_no_class()
    {
        WriteGoodPairs();
        Folder.WriteText("classes.txt", "one\ntwo\n");
        Folder.WriteMask("masks/a.png", firstLabels: [0, 1, 255, 0, 0, 0, 0, 0, 0, 7]);
        LoadSays(
            $"{Folder["masks/a.png"]}: value 7 at column 1, row 1, but there are 2 classes (0 to 1) "
            + "and ignore index 255; mend the mask, classes.txt or --ignore-index.");
    }

    [Test]
    public void Damaged_image()
    {
        WriteGoodPairs();
        byte[] bytes = File.ReadAllBytes(Folder["images/a.png"]);
        File.WriteAllBytes(Folder["images/a.png"], bytes[..(bytes.Length / 2)]);
        DataSetException exception = Assert.Throws<DataSetException>(() => LoadAll(DataSets.Open(Folder.Path)))!;
        Assert.That(exception.Message, Does.StartWith(Folder["images/a.png"]).And.EndsWith("or leave damaged files out with --skip-damaged.").And.Not.Contain("\n"));
    }

    [Test]
    public void Damaged_images_are_replaced_on_request()
    {
        WriteGoodPairs();
        Folder.WriteText("classes.txt", "one\ntwo\n");
        Folder.WriteText("train.txt", "a\nb\nc\n");
        Folder.WriteText("val.txt", "a\n");
        File.WriteAllText(Folder["images/a.png"], "no picture");
        File.WriteAllText(Folder["masks/b.png"], "");
        DataSetParts parts = DataSets.Open(Folder.Path, new DataSetOptions { SkipDamaged = true });
        Assert.That(Enumerable.Range(0, 3).Select(i => parts.Train.Load(i).Name), Is.All.EqualTo("c.png"));
        Assert.That(parts.Damaged, Has.Count.EqualTo(2));
        Assert.That(parts.Damaged[0], Does.StartWith(Folder["images/a.png"]));
        Assert.That(() => parts.Validation.Load(0), Throws.TypeOf<DataSetException>().With.Message.Contains("all 1 samples are damaged"));
    }

    [Test]
    public void Severstal_without_table()
    {
        Folder.WriteImage("train_images/a.png");
        OpenSays($"{Folder["train.csv"]}: the table of masks is missing, and 0 other csv files have its columns; name the right one with --table.");
        OpenSays($"{Folder["mine.csv"]}: the table of masks is missing.", new DataSetOptions { Table = "mine.csv" });
    }

    [TestCase("", "the table is empty; its first line must be ImageId,ClassId,EncodedPixels.", "")]
    [TestCase("ImageId,Pixels\n", "no column ClassId; its first line must be ImageId,ClassId,EncodedPixels or ImageId_ClassId,EncodedPixels.", "")]
    [TestCase("ImageId,ClassId,EncodedPixels\na.png,5,1 1\n", "class '5' is not 1 to 4; mend or remove the row.", ", row 2, image a.png")]
    [TestCase("ImageId,ClassId,EncodedPixels\na.png,1\n", "3 columns are due (ImageId,ClassId,EncodedPixels); mend or remove the row.", ", row 2")]
    [TestCase("ImageId,ClassId,EncodedPixels\na.png,1,1 1\na.png,1,2 1\n", "class 1 has a mask already in row 2; remove one of the two.", ", row 3, image a.png")]
    [TestCase("ImageId_ClassId,EncodedPixels\na.png,1 1\n", "class '' is not 1 to 4; mend or remove the row.", ", row 2, image a.png")]
    public void Severstal_table_with_a_mistake(string table, string what, string where)
    {
        Folder.WriteImage("train_images/a.png");
        Folder.WriteText("train.csv", table);
        OpenSays($"{Folder["train.csv"]}{where}: {what}");
    }

    [Test]
    public void Severstal_table_of_other_images()
    {
        Folder.WriteImage("train_images/a.png");
        Folder.WriteText("train.csv", "ImageId,ClassId,EncodedPixels\nz.png,1,1 1\n");
        OpenSays($"{Folder["train.csv"]}: no row of it names an image of {Folder["train_images"]}; table and images do not belong together.");
    }

    [Test]
    public void Severstal_mask_outside_the_image()
    {
        Folder.WriteImage("train_images/a.png", 4, 3);
        Folder.WriteImage("train_images/b.png", 4, 3);
        Folder.WriteText("train.csv", "ImageId,ClassId,EncodedPixels\nb.png,1,1 1\na.png,2,1 1 12 2\n");
        LoadSays($"{Folder["train.csv"]}, row 3, image a.png, class 2: run '12 2' leaves the image: pixels go from 1 to 12 (4x3); mend or remove the row.");
    }

    private void WriteGoodPairs()
    {
        foreach (string name in new[] { "a", "b", "c" })
        {
            Folder.WriteImage($"images/{name}.png");
            Folder.WriteMask($"masks/{name}.png", firstLabels: [1]);
        }
    }

    private void OpenSays(string message, DataSetOptions? options = null, string? folder = null) =>
        Assert.That(() => DataSets.Open(folder ?? Folder.Path, options), Throws.TypeOf<DataSetException>().With.Message.EqualTo(message));

    private void LoadSays(string message) =>
        Assert.That(() => LoadAll(DataSets.Open(Folder.Path)), Throws.TypeOf<DataSetException>().With.Message.EqualTo(message));

    private static void LoadAll(DataSetParts parts)
    {
        foreach (IDataSet part in new[] { parts.Train, parts.Validation })
        {
            for (int i = 0; i < part.Count; i++)
                part.Load(i);
        }
    }
}

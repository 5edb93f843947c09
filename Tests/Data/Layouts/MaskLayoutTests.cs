using SegFromScratch.Training.Data;
using SegFromScratch.Training.Data.Splits;
using SegFromScratch.Training.Images;

namespace SegFromScratch.Tests.Data.Layouts;

/// <summary>Layouts whose truth is in mask files, on a few generated pictures.</summary>
public sealed class MaskLayoutTests : FolderTests
{
    [TestCase("")]
    [TestCase("VOC2012/")]
    [TestCase("VOCdevkit/VOC2012/")]
    public void Voc_is_found_wherever_its_folder_is_and_divided_by_its_lists(string root)
    {
        foreach (string name in new[] { "2007_000032", "2007_000039", "2007_000063" })
        {
            Folder.WriteImage($"{root}JPEGImages/{name}.png");
            WritePaletteMask($"{root}SegmentationClass/{name}.png", 0, 15, 255);
        }
        Folder.WriteImage($"{root}JPEGImages/2008_000001.png");
        Folder.WriteText($"{root}ImageSets/Segmentation/train.txt", "2007_000063\n2007_000032\n");
        Folder.WriteText($"{root}ImageSets/Segmentation/val.txt", "2007_000039\n");
        Folder.WriteText($"{root}ImageSets/Segmentation/test.txt", "2008_999999\n");
        DataSetParts parts = DataSets.Open(Folder.Path);
        Assert.Multiple(() =>
        {
            Assert.That(Names(parts.Train), Is.EqualTo(new[] { "2007_000063.png", "2007_000032.png" }));
            Assert.That(Names(parts.Validation), Is.EqualTo(new[] { "2007_000039.png" }));
            Assert.That((parts.Test, parts.Method), Is.EqualTo(((IDataSet?)null, SplitMethod.Lists)));
            Assert.That((parts.Train.ClassNames.Count, parts.Train.ClassNames[15], parts.Train.IgnoreIndex), Is.EqualTo((21, "person", (int?)255)));
            Assert.That(parts.Train.ClassColors[15], Is.EqualTo(((byte)192, (byte)128, (byte)128)));
            Assert.That(((ClassMap)parts.Train.Load(0).Target).Mask.Labels[..3], Is.EqualTo(new byte[] { 0, 15, 255 }));
            Assert.That(parts.Train.ClassesOf(0), Is.EqualTo(new[] { 0, 15 }));
        });
    }

    [Test]
    public void A_labelme_export_names_its_classes_and_is_divided_by_seed()
    {
        for (int i = 0; i < 4; i++)
        {
            Folder.WriteImage($"JPEGImages/{i}.png");
            WritePaletteMask($"SegmentationClassPNG/{i}.png", 1);
        }
        Folder.WriteText("class_names.txt", "_background_\ncar\ntrack\n");
        WritePaletteMask("SegmentationClassPNG/spare.png", 1);
        DataSetParts parts = DataSets.Open(Folder.Path);
        Assert.That((parts.Train.Count, parts.Validation.Count, parts.Train.ClassNames[2]), Is.EqualTo((3, 1, "track")));
        Assert.That(parts.Unpaired.Single(), Does.StartWith(Folder["SegmentationClassPNG/spare.png"]).And.Contain("no image of this name"));
    }

    [Test]
    public void Pets_count_from_zero_and_keep_their_test_part()
    {
        foreach (string name in new[] { "Abyssinian_1", "Abyssinian_10", "pug_7", "pug_8" })
        {
            Folder.WriteMask($"annotations/trimaps/{name}.png", 3, 1, 1, 2, 3);
            Folder.WriteImage($"images/{name}.png", 3, 1);
            Folder.WriteText($"annotations/trimaps/._{name}.png", "a file that macOS leaves");
        }
        DataSetParts seeded = DataSets.Open(Folder.Path);
        Assert.That((seeded.Train.Count, seeded.Validation.Count, seeded.Method), Is.EqualTo((3, 1, SplitMethod.Seeded)));
        Assert.That(((ClassMap)seeded.Train.Load(0).Target).Mask.Labels, Is.EqualTo(new byte[] { 0, 1, 2 }));
        Folder.WriteText("annotations/list.txt", "#Image CLASS-ID SPECIES BREED ID\n#ID: 1:37 class ids\nAbyssinian_1 1 1 1\npug_7 2 2 1\npug_8 2 2 1\n");
        Assert.That(DataSets.Open(Folder.Path).Train.Count, Is.EqualTo(2), "the list leaves one picture out");
        Folder.WriteText("annotations/trainval.txt", "Abyssinian_1 1 1 1\npug_7 2 2 1\n");
        Folder.WriteText("annotations/test.txt", "pug_8 2 2 1\n");
        DataSetParts listed = DataSets.Open(Folder.Path, new DataSetOptions { ValidationShare = 0.5 });
        Assert.That((listed.Train.Count, listed.Validation.Count, listed.Test!.NameOf(0)), Is.EqualTo((1, 1, "pug_8.png")));
        Folder.WriteMask("annotations/trimaps/pug_8.png", 3, 1, 1, 0, 3);
        Assert.That(() => listed.Test.Load(0), Throws.TypeOf<DataSetException>().With.Message.EqualTo(
            $"{Folder["annotations/trimaps/pug_8.png"]}: value 0 at column 1, row 0, but trimaps hold 1 (pet), 2 (background) and 3 (border); mend the mask or choose another --layout."));
    }

    [TestCase("image", "label", "cell")]
    [TestCase("train/image", "train/label", "cell")]
    [TestCase("images", "masks", "foreground")]
    public void Black_and_white_masks_have_two_classes(string images, string masks, string second)
    {
        for (int i = 0; i < 12; i++)
        {
            Folder.WriteImage($"{images}/{i}.png", 2, 1);
            Folder.WriteMask($"{masks}/{i}.png", 2, 1, 0, 255);
        }
        DataSetParts parts = DataSets.Open(Folder.Path, new DataSetOptions { Layout = images == "images" ? "binary" : "auto" });
        Assert.That(parts.Train.ClassNames[1], Is.EqualTo(second));
        Assert.That(((ClassMap)parts.Train.Load(0).Target).Mask.Labels, Is.EqualTo(new byte[] { 0, 1 }));
        if (second == "cell")
            Assert.That(Names(parts.Validation), Is.EqualTo(new[] { "10.png", "11.png" }), "slices are a stack: its end is held out, 10 after 9");
        Folder.WriteMask($"{masks}/3.png", 2, 1, 0, 17);
        Assert.That(() => LoadAll(parts), Throws.TypeOf<DataSetException>().With.Message.Contains("value 17 at column 1, row 0, but black and white masks hold 0 and 255"));
    }

    [Test]
    public void Instances_become_one_class()
    {
        Folder.WriteImage("images/a.png", 3, 1);
        Folder.WriteImage("images/b.png", 3, 1);
        Folder.WriteMask("derived_instances/a.png", 3, 1, 0, 1, 200);
        Folder.WriteMask("derived_instances/b.png", 3, 1, 0, 1, 200);
        DataSetParts parts = DataSets.Open(Folder.Path);
        Assert.That(((ClassMap)parts.Train.Load(0).Target).Mask.Labels, Is.EqualTo(new byte[] { 0, 1, 1 }));
        Assert.That(parts.Train.ClassNames, Is.EqualTo(new[] { "background", "nucleus" }));
    }

    [TestCase("")]
    [TestCase("stage1_train/")]
    public void Nuclei_are_the_union_of_their_masks(string root)
    {
        foreach (string id in new[] { "aa", "bb" })
        {
            Folder.WriteImage($"{root}{id}/images/{id}.png", 4, 1);
            Folder.WriteMask($"{root}{id}/masks/1.png", 4, 1, 255, 0, 0, 0);
            Folder.WriteMask($"{root}{id}/masks/2.png", 4, 1, 255, 0, 255, 0);
        }
        DataSetParts parts = DataSets.Open(Folder.Path);
        Assert.That((parts.Train.Count, parts.Validation.Count), Is.EqualTo((1, 1)));
        Assert.That(((ClassMap)parts.Train.LoadTarget(0)).Mask.Labels, Is.EqualTo(new byte[] { 1, 0, 1, 0 }));
        Folder.WriteMask($"{root}aa/masks/2.png", 5, 1);
        Assert.That(() => LoadAll(parts), Throws.TypeOf<DataSetException>().With.Message.Contains("the mask is 5x1 but its image aa.png is 4x1"));
    }

    [Test]
    public void Images_without_mask_are_left_out_on_request()
    {
        foreach (string name in new[] { "a", "b", "c" })
            Folder.WriteImage($"images/{name}.png");
        Folder.WriteMask("masks/a.png", firstLabels: [1]);
        Folder.WriteMask("masks/b.png", firstLabels: [1]);
        Folder.WriteMask("masks/z.png", firstLabels: [1]);
        Assert.That(() => DataSets.Open(Folder.Path), Throws.TypeOf<DataSetException>());
        DataSetParts parts = DataSets.Open(Folder.Path, new DataSetOptions { KeepGoing = true });
        Assert.That(parts.Train.Count + parts.Validation.Count, Is.EqualTo(2));
        Assert.That(parts.Unpaired, Has.Count.EqualTo(2));
        Assert.That((parts.Unpaired[0], parts.Unpaired[1]), Is.EqualTo((
            $"{Folder["images/c.png"]}: no mask of this name in {Folder["masks"]}; add c.png or remove the image.",
            $"{Folder["masks/z.png"]}: no image of this name in {Folder["images"]}; the mask is not used.")));
    }

    // Masks at half the size, as the study made them: each value stands for a square of 2x2 pixels.
    [Test]
    public void Masks_of_steel_made_beforehand_are_layers_of_the_images_size()
    {
        foreach (string name in new[] { "a", "b", "c" })
        {
            Folder.WriteImage($"train_images/{name}.png", 6, 4);
            for (int id = 1; id <= 4; id++)
                Folder.WriteMask($"train_masks/{name}_mask{id}.png", 3, 2, id switch { 2 => [0, 1, 0, 0, 0, 1], 4 => [255], _ => [] });
        }

        DataSetParts parts = DataSets.Open(Folder.Path, new DataSetOptions { Layout = "severstal-masks" });
        var masks = (LayerMasks)parts.Train.Load(0).Target;
        Assert.Multiple(() =>
        {
            Assert.That(DataSets.Open(Folder.Path).Layout, Is.EqualTo(parts.Layout).And.StartsWith("train_images/ with train_masks/"));
            Assert.That((parts.Train.Count, parts.Validation.Count, parts.Train.IsMultiLabel), Is.EqualTo((2, 1, true)));
            Assert.That(parts.Train.ClassNames, Is.EqualTo(new[] { "defect 1", "defect 2", "defect 3", "defect 4" }));
            Assert.That(parts.Train.ClassesOf(0), Is.EqualTo(new[] { 1, 3 }));
            Assert.That((masks.Width, masks.Height, masks.LayerCount), Is.EqualTo((6, 4, 4)));
            Assert.That(masks.Layer(1).ToArray(), Is.EqualTo(new byte[] { 0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1 }));
            Assert.That(masks.Layer(3).ToArray(), Is.EqualTo(new byte[] { 1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }));
        });

        // The table says the same at full size.
        Folder.WriteText("train.csv", "ImageId,ClassId,EncodedPixels\na.png,1,1 1\n");
        Assert.That(DataSets.Open(Folder.Path).Layout, Does.Contain("train.csv"));
    }

    [TestCase(4, 2, 1, "they must be equal, or the image larger by a whole factor.")]
    [TestCase(3, 4, 1, "they must be equal, or the image larger by a whole factor.")]
    [TestCase(12, 8, 1, "they must be equal, or the image larger by a whole factor.")]
    [TestCase(3, 2, 2, "value 2 at column 0, row 0, but black and white masks hold 0 and 255; mend the mask or choose another --layout.")]
    public void Masks_of_steel_that_do_not_fit_are_told(int width, int height, byte value, string what)
    {
        foreach (string name in new[] { "a", "b" })
        {
            Folder.WriteImage($"train_images/{name}.png", 6, 4);
            for (int id = 1; id <= 4; id++)
                Folder.WriteMask($"train_masks/{name}_mask{id}.png", width, height, value);
        }

        Assert.That(() => DataSets.Open(Folder.Path).Train.Load(0), Throws.TypeOf<DataSetException>().With.Message.StartsWith(Folder["train_masks/"]).And.Message.EndsWith(what));
    }

    [Test]
    public void A_strip_of_steel_without_one_of_its_masks_is_told()
    {
        foreach (string name in new[] { "a", "b", "c" })
        {
            Folder.WriteImage($"train_images/{name}.png", 6, 4);
            for (int id = 1; id <= (name == "b" ? 3 : 4); id++)
                Folder.WriteMask($"train_masks/{name}_mask{id}.png", 6, 4);
        }

        Assert.That(() => DataSets.Open(Folder.Path), Throws.TypeOf<DataSetException>().With.Message.EqualTo(
            $"{Folder["train_images/b.png"]}: no mask {Folder["train_masks/b_mask4.png"]}; add it (all 0 where the image lacks the defect) or remove the image."));
        Assert.That(DataSets.Open(Folder.Path, new DataSetOptions { KeepGoing = true }).Unpaired, Has.Count.EqualTo(1));
    }

    [TestCase("steel.zip", "PK\u0003\u0004", "an archive is not opened; unpack it and give --data the folder")]
    [TestCase("steel.tar.gz", "", "an archive is not opened; unpack it and give --data the folder")]
    [TestCase("steel", "PK\u0003\u0004", "an archive is not opened; unpack it and give --data the folder")]
    [TestCase("best-iou.h5", "", "HDF5 (Keras) is not read")]
    public void Archives_and_weights_given_as_data_are_refused_with_the_way_out(string name, string text, string what)
    {
        Folder.WriteText(name, text);
        foreach (string layout in (string[])["auto", "voc", "via"])
            Assert.That(() => DataSets.Open(Folder[name], new DataSetOptions { Layout = layout }), Throws.TypeOf<DataSetException>().With.Message.StartsWith($"{Folder[name]}: {what}"));
        if (Path.HasExtension(name))
            Assert.That(() => DataSets.Open(Folder.Path), Throws.TypeOf<DataSetException>().With.Message.StartsWith($"{Folder[name]}: {what}"), "alone in the folder");
    }

    [Test]
    public void A_numpy_pickle_is_refused_with_the_way_out()
    {
        Folder.WriteText("segmentation_train.npy", "\u0093NUMPY");
        string message = $"{Folder["segmentation_train.npy"]}: a NumPy dictionary of masks is a pickle, a program that runs while it is read, and is not opened; "
            + "use the polygons it was made of, segmentation_train.json, the project of the VGG Image Annotator.";
        Assert.That(() => DataSets.Open(Folder.Path), Throws.TypeOf<DataSetException>().With.Message.EqualTo(message));
        Assert.That(() => DataSets.Open(Folder["segmentation_train.npy"]), Throws.TypeOf<DataSetException>().With.Message.EqualTo(message));
    }

    [Test]
    public void A_layout_can_be_named_and_an_unknown_name_lists_those_there_are()
    {
        Assert.That(() => DataSets.Open(Folder.Path, new DataSetOptions { Layout = "cityscapes" }), Throws.TypeOf<DataSetException>().With.Message.EqualTo(
            "--layout cityscapes: no such layout; choose auto, camvid, severstal-masks, severstal, voc, pet, folders, binary, nuclei, via, coco, labelme."));
        foreach (string layout in DataSets.LayoutNames.Skip(1))
            Assert.That(() => DataSets.Open(Folder.Path, new DataSetOptions { Layout = layout }), Throws.InstanceOf<DataSetException>().With.Message.Not.Contain("\n"), layout);
    }

    private void WritePaletteMask(string path, params byte[] labels)
    {
        Folder.WriteMask(path);
        var mask = new IndexMask(8, 6, new byte[48]);
        labels.CopyTo(mask.Labels, 0);
        ImageFile.WritePng(Folder[path], mask, [.. Enumerable.Range(0, 256).Select(ClassTable.PascalColor)]);
    }

    private static string[] Names(IDataSet set) => [.. Enumerable.Range(0, set.Count).Select(set.NameOf)];

    private static void LoadAll(DataSetParts parts)
    {
        foreach (IDataSet part in new[] { parts.Train, parts.Validation })
        {
            for (int i = 0; i < part.Count; i++)
                part.Load(i);
        }
    }
}

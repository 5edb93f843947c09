using SegFromScratch.Training.Data;

namespace SegFromScratch.Tests.Data.Layouts;

/// <summary>Layouts whose truth is polygons, on a few generated pictures of 8x6.</summary>
public sealed class PolygonLayoutTests : FolderTests
{
    private const string ViaOptions = "\"_via_attributes\":{\"region\":{\"Name\":{\"type\":\"dropdown\",\"options\":{\"1\":\"Water\",\"2\":\"Soda\"}}}}";

    [Test]
    public void Via_paints_in_order_and_keeps_a_test_file_apart()
    {
        WriteImages("images/a.png", "images/b.png", "images/c.png");
        string square = ViaRegion("[1,4,4,1]", "[1,1,4,4]", "1"), later = ViaRegion("[3,6,6,3]", "[2,2,3,3]", "2");
        Folder.WriteText("segmentation_train.json", $"{{\"_via_img_metadata\":{{\"a.png9\":{Entry("a.png", square, later)},\"b.png9\":{Entry("b.png")},\"gone.png9\":{Entry("gone.png")}}},{ViaOptions}}}");
        Folder.WriteText("segmentation_test.json", $"{{\"_via_img_metadata\":{{\"c.png9\":{Entry("c.png", later)}}},{ViaOptions}}}");
        DataSetParts parts = DataSets.Open(Folder.Path);
        Assert.Multiple(() =>
        {
            Assert.That((parts.Train.Count, parts.Validation.Count, parts.Test!.Count), Is.EqualTo((1, 1, 1)));
            Assert.That(parts.Train.ClassNames, Is.EqualTo(new[] { "background", "Water", "Soda" }));
            Assert.That(parts.Layout, Does.Contain("1 images of the annotations are not in the folder"));
            Assert.That(Rows(parts, "a.png"), Is.EqualTo(new[] { "00000000", "01110000", "01122200", "01110000", "00000000", "00000000" }));
            Assert.That(Rows(parts, "b.png"), Has.All.EqualTo("00000000"));
        });
    }

    [Test]
    public void Via_knows_its_other_shapes_and_classes_by_name()
    {
        WriteImages("a.png", "b.png");
        // An export without a project around it; the regions as version 1 wrote them.
        const string rectangle = "{\"shape_attributes\":{\"name\":\"rect\",\"x\":1,\"y\":0,\"width\":2,\"height\":2},\"region_attributes\":{\"type\":\"cell\"}}";
        const string circle = "{\"shape_attributes\":{\"name\":\"circle\",\"cx\":5.5,\"cy\":2.5,\"r\":1},\"region_attributes\":{\"type\":{\"blob\":true}}}";
        const string first = "{\"filename\":\"a.png\",\"size\":1,\"regions\":{\"0\":" + rectangle + ",\"1\":" + circle + "}}";
        Folder.WriteText("project.json", "{\"a.png1\":" + first + ",\"b.png1\":" + Entry("b.png") + "}");
        DataSetParts parts = DataSets.Open(Folder["project.json"]);
        Assert.That(parts.Train.ClassNames, Is.EqualTo(new[] { "background", "blob", "cell" }), "without options in the order of the alphabet");
        Assert.That(Rows(parts, "a.png"), Is.EqualTo(new[] { "02200000", "02200100", "00001110", "00000100", "00000000", "00000000" }));
    }

    [Test]
    public void Labelme_takes_classes_from_its_list_and_ignores_what_it_is_told_to()
    {
        WriteImages("in/a.png", "in/b.png");
        Folder.WriteText("labels.txt", "__ignore__\n_background_\nbus\ncar\n");
        Folder.WriteText("in/a.json", Labelme("a.png", Shape("bus", "polygon", "[[1,1],[4,1],[4,4],[1,4]]"), Shape("__ignore__", "rectangle", "[[6,6],[4,3]]"), Shape("car", "circle", "[[1.5,4.5],[2.5,4.5]]")));
        Folder.WriteText("in/b.json", Labelme("../elsewhere/b.png"));
        DataSetParts parts = DataSets.Open(Folder["in"]);
        Assert.That(parts.Train.ClassNames, Is.EqualTo(new[] { "_background_", "bus", "car" }));
        // Row 3 of the circle: its centre is at 4.5, so only the pixel right above the middle is within 1; void is written as '?'.
        Assert.That(Rows(parts, "a.png"), Is.EqualTo(new[] { "00000000", "01110000", "01110000", "0211??00", "2220??00", "0200??00" }));
        Assert.That(Rows(parts, "b.png"), Has.All.EqualTo("00000000"));
        File.Delete(Folder["labels.txt"]);
        Assert.That(DataSets.Open(Folder["in"]).Train.ClassNames, Is.EqualTo(new[] { "_background_", "bus", "car" }), "without a list the labels used count");
    }

    [Test]
    public void Coco_reads_polygons_and_run_lengths_and_paints_small_over_large()
    {
        WriteImages("val/a.png", "val/b.png");
        Folder.WriteText("instances.json", Coco(
            Annotation(1, 7, "[[1,1,3,1,3,3,1,3],[2,2,5,2,5,4,2,4]]", area: 9),
            // Down column 0: 47 outside, 1 inside: the last pixel.
            Annotation(2, 90, "{\"size\":[6,8],\"counts\":[47,1]}", area: 1),
            Annotation(3, 90, "[[0,0,8,0,8,2,0,2]]", area: 16),
            Annotation(4, 7, "{\"size\":[6,8],\"counts\":[3,3,42]}", area: 0, crowd: 1)));
        DataSetParts parts = DataSets.Open(Folder.Path);
        Assert.That(parts.Train.ClassNames, Is.EqualTo(new[] { "background", "thing", "other" }));
        Assert.That(Rows(parts, "a.png"), Is.EqualTo(new[] { "22222222", "21122222", "01111000", "?0111000", "?0000000", "?0000002" }));
    }

    [Test]
    public void A_compressed_mask_of_coco_is_the_published_one()
    {
        // The API's own example: runs 6 1 40 4 5 4 5 4 21 of a picture of 9 rows and 10 columns.
        Folder.WriteImage("a.png", 10, 9);
        Folder.WriteImage("b.png", 10, 9);
        Folder.WriteText("one.json", Coco(Annotation(1, 7, "{\"size\":[9,10],\"counts\":\"61X13mN000`0\"}", area: 13)).Replace("\"width\":8,\"height\":6", "\"width\":10,\"height\":9", StringComparison.Ordinal));
        DataSetParts parts = DataSets.Open(Folder.Path);
        byte[] labels = Labels(parts, "a.png");
        int[] runs = [6, 1, 40, 4, 5, 4, 5, 4, 21];
        int[] expected = [.. runs.SelectMany((length, index) => Enumerable.Repeat(index % 2, length))];
        Assert.That(Enumerable.Range(0, 90).Select(pixel => (int)labels[(pixel % 9 * 10) + (pixel / 9)]), Is.EqualTo(expected));
    }

    [TestCase("[[1,1,2,2]]", ", annotations[0].segmentation[0]: 2 points cover nothing; mend or remove it.")]
    [TestCase("[[1,1,2]]", ", annotations[0].segmentation[0]: 3 numbers where x and y must alternate; mend or remove it.")]
    [TestCase("[[1,1,2,2,3,\"x\"]]", ", annotations[0].segmentation[0]: number 6 of the array is none; mend or remove it.")]
    [TestCase("[[1,1,2,2,1e300,3]]", ", annotations[0].segmentation[0]: point 3 (1e+300, 3) is farther than 1048576 pixels away; mend or remove it.")]
    [TestCase("7", ", annotations[0].segmentation: an array is due here; mend or remove it.")]
    [TestCase("{\"size\":[6,8],\"counts\":[47,2]}", ", annotations[0].segmentation: the runs do not add up to 6 x 8 pixels; mend or remove it.")]
    [TestCase("{\"size\":[6,8],\"counts\":[-1,49]}", ", annotations[0].segmentation: the runs do not add up to 6 x 8 pixels; mend or remove it.")]
    [TestCase("{\"size\":[600000,800000],\"counts\":[1]}", ", annotations[0].segmentation: a size of 600000 x 800000 is impossible; mend or remove it.")]
    [TestCase("{\"size\":[6,8],\"counts\":\"\\u00e9\"}", ", annotations[0].segmentation.counts: this is no compressed run-length text; mend or remove it.")]
    [TestCase("{\"size\":[6,8],\"counts\":\"X\"}", ", annotations[0].segmentation.counts: this compressed run-length text is cut off; mend or remove it.")]
    public void Impossible_annotations_of_coco_are_named(string segmentation, string message)
    {
        WriteImages("a.png", "b.png");
        Folder.WriteText("one.json", Coco(Annotation(1, 7, segmentation, area: 1)));
        Assert.That(() => DataSets.Open(Folder.Path), Throws.TypeOf<DataSetException>().With.Message.EqualTo(Folder["one.json"] + message));
    }

    [Test]
    public void Annotations_of_another_size_are_refused()
    {
        Folder.WriteImage("a.png", 9, 6);
        Folder.WriteImage("b.png", 8, 6);
        Folder.WriteText("one.json", Coco(Annotation(1, 7, "[[1,1,3,1,3,3]]", area: 1)));
        DataSetParts parts = DataSets.Open(Folder.Path);
        Assert.That(() => Labels(parts, "a.png"), Throws.TypeOf<DataSetException>().With.Message.Contains("drawn on an image of 8x6, but").And.Message.EndsWith("is 9x6; give the image that was annotated."));
    }

    [TestCase("{\"_via_img_metadata\":{\"a\":{\"filename\":\"a.png\",\"regions\":[", ", line 1: this is not valid JSON; export the annotations again.")]
    [TestCase("{\"_via_img_metadata\":{\"a\":{\"filename\":\"\\ud83d\",\"regions\":[{\"region_attributes\":{\"n\":\"1\"},\"shape_attributes\":{}}]}}}", ", _via_img_metadata.a.filename: a text here is no Unicode; mend or remove it.")]
    [TestCase("{\"_via_img_metadata\":{\"a\":{\"filename\":\"a.png\",\"regions\":[{\"region_attributes\":{\"\\ud83d\":\"1\"},\"shape_attributes\":{}}]}}}", ", _via_img_metadata.a.regions[0].region_attributes: a text here is no Unicode; mend or remove it.")]
    [TestCase("{\"_via_img_metadata\":[1]}", ", _via_img_metadata: an object is due here; mend or remove it.")]
    [TestCase("{\"_via_img_metadata\":{\"a\":{\"filename\":\"a.png\",\"regions\":[{}]}}}", ", _via_img_metadata.a.regions[0]: no 'region_attributes'; mend or remove it.")]
    [TestCase("{\"_via_img_metadata\":{\"a\":{\"filename\":\"a.png\",\"regions\":[{\"region_attributes\":{},\"shape_attributes\":{}}]}}}", ", _via_img_metadata.a.regions[0]: 0 region attributes, and none is named Name, name, class, label, type; name the class in one of them.")]
    [TestCase("{\"_via_img_metadata\":{\"a\":{\"filename\":\"a.png\",\"regions\":[{\"region_attributes\":{\"n\":\"300\"},\"shape_attributes\":{}}]}}}", ": class 300 is beyond 254; mend the region attributes or add classes.txt.")]
    [TestCase("{\"_via_img_metadata\":{\"a\":{\"filename\":\"a.png\",\"regions\":[{\"region_attributes\":{\"n\":\"1\"},\"shape_attributes\":{\"name\":\"polyline\"}}]}}}", ", _via_img_metadata.a.regions[0].shape_attributes: a region of the kind 'polyline' is not read; polygon, rect, circle and upright ellipse are; draw it as polygon or remove it.")]
    public void Impossible_projects_of_via_are_named(string json, string message)
    {
        WriteImages("a.png", "b.png");
        Folder.WriteText("project.json", json);
        Assert.That(() => DataSets.Open(Folder.Path), Throws.TypeOf<DataSetException>().With.Message.EqualTo(Folder["project.json"] + message));
    }

    [Test]
    public void Nesting_without_end_is_refused()
    {
        Folder.WriteText("project.json", $"{{\"_via_img_metadata\":{new string('[', 100_000)}");
        Assert.That(() => DataSets.Open(Folder.Path), Throws.TypeOf<DataSetException>().With.Message.EqualTo(
            $"{Folder["project.json"]}, line 1: nested deeper than 64 levels; export the annotations again."));
    }

    [Test]
    public void Names_that_lead_out_of_the_folder_find_nothing_there()
    {
        WriteImages("outside.png", "in/a.png");
        Folder.WriteText("in/project.json", $"{{\"_via_img_metadata\":{{\"a\":{Entry("a.png", ViaRegion("[1,4,4]", "[1,1,4]", "1"))},\"b\":{Entry("../outside.png")},\"c\":{Entry(Folder["outside.png"])}}}}}");
        Assert.That(() => DataSets.Open(Folder["in"]), Throws.TypeOf<DataSetException>().With.Message.Contains("1 image(s) cannot be divided"));
    }

    [Test]
    public void Several_files_need_a_name()
    {
        WriteImages("a.png", "b.png");
        string project = $"{{\"_via_img_metadata\":{{\"a\":{Entry("a.png", ViaRegion("[1,4,4]", "[1,1,4]", "1"))},\"b\":{Entry("b.png")}}}}}";
        Folder.WriteText("one.json", project);
        Folder.WriteText("two.json", project);
        Assert.That(() => DataSets.Open(Folder.Path), Throws.TypeOf<DataSetException>().With.Message.EqualTo(
            $"{Folder.Path}: 2 files of annotations (one.json, two.json), and none ends in train; name one with --table."));
        Assert.That(DataSets.Open(Folder.Path, new DataSetOptions { Table = "two.json" }).Layout, Does.StartWith("two.json"));
    }

    private void WriteImages(params string[] names)
    {
        foreach (string name in names)
            Folder.WriteImage(name);
    }

    private static string ViaRegion(string xs, string ys, string name) =>
        $"{{\"shape_attributes\":{{\"name\":\"polygon\",\"all_points_x\":{xs},\"all_points_y\":{ys}}},\"region_attributes\":{{\"Name\":\"{name}\"}}}}";

    private static string Entry(string file, params string[] regions) => $"{{\"filename\":\"{file}\",\"size\":9,\"regions\":[{string.Join(',', regions)}],\"file_attributes\":{{}}}}";

    private static string Shape(string label, string kind, string points) => $"{{\"label\":\"{label}\",\"points\":{points},\"shape_type\":\"{kind}\"}}";

    private static string Labelme(string image, params string[] shapes) =>
        $"{{\"version\":\"4.0.0\",\"shapes\":[{string.Join(',', shapes)}],\"imagePath\":\"{image}\",\"imageData\":null,\"imageHeight\":6,\"imageWidth\":8}}";

    private static string Annotation(int id, int category, string segmentation, double area, int crowd = 0) =>
        $"{{\"id\":{id},\"image_id\":1,\"category_id\":{category},\"segmentation\":{segmentation},\"area\":{area},\"iscrowd\":{crowd}}}";

    private static string Coco(params string[] annotations) =>
        "{\"images\":[{\"id\":1,\"file_name\":\"a.png\",\"width\":8,\"height\":6},{\"id\":2,\"file_name\":\"b.png\"}],"
        + "\"categories\":[{\"id\":90,\"name\":\"other\"},{\"id\":7,\"name\":\"thing\"}],"
        + $"\"annotations\":[{string.Join(',', annotations)}]}}";

    private static string[] Rows(DataSetParts parts, string name)
    {
        byte[] labels = Labels(parts, name);
        return [.. labels.Chunk(8).Select(row => string.Concat(row.Select(label => label == 255 ? '?' : (char)('0' + label))))];
    }

    private static byte[] Labels(DataSetParts parts, string name) =>
        new[] { parts.Train, parts.Validation, parts.Test }.OfType<IDataSet>()
            .SelectMany(part => Enumerable.Range(0, part.Count).Where(index => part.NameOf(index) == name).Select(part.Load))
            .Select(sample => ((ClassMap)sample.Target).Mask.Labels)
            .Single();
}

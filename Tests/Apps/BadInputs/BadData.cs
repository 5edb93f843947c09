using SegFromScratch.Tests.Images;
using SegFromScratch.Training.Images;
using static SegFromScratch.Tests.Apps.BadInputs.BadInput;

namespace SegFromScratch.Tests.Apps.BadInputs;

/// <summary>Data sets that cannot be used.</summary>
internal static class BadData
{
    private const string Columns = "ImageId,ClassId,EncodedPixels\n";

    public static IEnumerable<BadInput> All => [.. Files, .. Folders, .. Tables, .. Polygons];

    private static IEnumerable<BadInput> Files =>
    [
        Pictures("a picture without a byte", _ => []),
        Pictures("text with the name of a picture", _ => "no picture"u8.ToArray()),
        Pictures("a picture of another format", _ => "GIF89a______________"u8.ToArray()),
        Pictures("a picture that was cut off", bytes => bytes[..(bytes.Length / 2)]),
        Pictures("a picture whose checksum is wrong", bytes => [.. bytes[..30], (byte)(bytes[30] ^ 1), .. bytes[31..]]),
        Pictures("a picture that says it is huge", Huge),
        Pictures("a JPEG that was cut off", _ => new TestJpeg { Sampling = [(1, 1), (1, 1), (1, 1)] }.Encode()[..400]),
        Pairs("a picture without a mask", folder => folder.WriteImage("images/lonely.png"), "lonely.png", "add lonely.png or remove the image"),
        Pairs("two pictures of one name", folder => File.Copy(folder["images/a.png"], folder["images/a.jpg"]), "images/a.", "a second image of this name; remove it"),
        Pairs("a mask that was cut off", folder => Damage(folder["masks"], bytes => bytes[..40]), "masks", "--skip-damaged"),
        Pairs("a JPEG as a mask", folder => Damage(folder["masks"], _ => new TestJpeg().Encode()), "masks", "save it as palette or grey PNG"),
        Masks("a mask of another size", new Image(31, 32, 1), "the mask is 31x32 but its image"),
        Masks("a mask value that is no class", Filled(1, 7), "mend the mask, classes.txt or --ignore-index"),
        Masks("a mask in colours", new Image(32, 32, 3, [.. Enumerable.Range(0, 3 * 1024).Select(i => (byte)i)]), "palette"),
        Pairs("black and white masks taken for classes", WhiteMasks, "masks", "say --layout binary"),
        Pairs("a list of classes without a name", folder => folder.WriteText("classes.txt", "\n"), "classes.txt", "write one name a line"),
        Pairs("a list that names a picture that is not there", folder => folder.WriteText("train.txt", "a\nzebra\n"), "train.txt, line 2", "mend the list or add the image"),
        Pairs("a list that names a picture twice", folder => folder.WriteText("train.txt", "a\nb\na\n"), "train.txt, line 3", "remove one of the lines"),
        Pairs("a single picture", KeepOne, "1 image(s)", "at least 2 are needed"),
    ];

    private static IEnumerable<BadInput> Folders =>
    [
        new("no such folder", folder => Train(folder, "--data", folder["nowhere"]), "nowhere", "no such folder"),
        new("a folder of nothing known", folder => Train(folder), "no known layout", "looked for train/ with trainannot/"),
        new("folders without a picture", Empty, "images", "no image (png, jpg) in this folder"),
        new("a file where a folder is due", AFile, "some.json", "a folder is due for --layout camvid"),
        new("a layout that is not there", folder => Train(folder, "--layout", "cityscapes"), "--layout: Argument 'cityscapes'", "Must be one of: 'auto' 'camvid'"),
        new("street scenes without a part to validate on", WithoutValidation, "/val", "there must be val/ and valannot/"),
        new("a dictionary of masks of NumPy", NumPy, "segmentation_train.npy", "use the polygons it was made of"),
        new("a dictionary of masks of NumPy given as a file", folder => NumPyFile(folder, "train"), "segmentation_train.npy", "use the polygons it was made of"),
        new("a dictionary of masks of NumPy to inspect", folder => NumPyFile(folder, "inspect"), "segmentation_train.npy", "use the polygons it was made of"),
        new("an archive given as data", folder => Given(folder, "train", "steel.zip", "PK\u0003\u0004"), "steel.zip", "unpack it and give --data the folder"),
        new("an archive to inspect", folder => Given(folder, "inspect", "steel.zip", "PK\u0003\u0004"), "steel.zip", "unpack it and give --data the folder"),
        new("weights of Keras given as data", folder => Given(folder, "train", "best-iou.h5", ""), "best-iou.h5", "give --data a folder of pictures"),
        new("weights of Keras to inspect", folder => Given(folder, "inspect", "best-iou.h5", ""), "best-iou.h5", "give --data a folder of pictures"),
        new("a trimap with a fourth value", Trimap, "trimaps", "mend the mask or choose another --layout"),
    ];

    private static IEnumerable<BadInput> Tables =>
    [
        Table("an empty table", "", "train.csv", "its first line must be"),
        Table("a table without a column", "ImageId,Pixels\n", "train.csv", "its first line must be"),
        Table("a class that is not there", Columns + "a.png,5,1 1\n", "train.csv, row 2, image a.png", "mend or remove the row"),
        Table("a quotation mark inside a field", Columns + "a.png,1,1 \"1\n", "train.csv, row 2", "mend or remove the row"),
        Table("a class of two lines", Columns + "a.png,\"1\n2\",1 1\n", "train.csv, row 2, image a.png", "class '1?2' is not 1 to 4"),
        Table("a mask of two lines", Columns + "a.png,1,\"1\n2\"\n", "train.csv, row 2, image a.png, class 1", "mend or remove the row"),
        Table("a row that is too short", Columns + "a.png,1\n", "train.csv, row 2", "mend or remove the row"),
        Table("a mask that is there twice", Columns + "a.png,1,1 1\na.png,1,2 1\n", "train.csv, row 3", "remove one of the two"),
        Table("a table of other pictures", Columns + "z.png,1,1 1\n", "train.csv", "table and images do not belong together"),
        Table("a run that leaves the picture", Columns + "a.png,1,1020 10\nb.png,1,1020 10\nc.png,1,1020 10\n", "train.csv, row", "mend or remove the row"),
        Table("a run without its length", Columns + "a.png,1,1\nb.png,1,1\nc.png,1,1\n", "train.csv, row", "the last length is missing; mend or remove the row"),
        Table("letters among the runs", Columns + "a.png,1,x 1\nb.png,1,x 1\nc.png,1,x 1\n", "train.csv, row", "mend or remove the row"),
        Table("runs that overlap", Columns + "a.png,1,1 3 2 3\nb.png,1,1 3 2 3\nc.png,1,1 3 2 3\n", "train.csv, row", "mend or remove the row"),
    ];

    private static IEnumerable<BadInput> Polygons =>
    [
        Annotations("a project of polygons that was cut off", "project.json", "{\"_via_img_metadata\": {\"a.png9\": {\"filename\": \"a.png\",", "project.json", "line 1"),
        Annotations("a polygon with fewer y than x", "project.json", Via("{\"name\":\"polygon\",\"all_points_x\":[1,9,9],\"all_points_y\":[1,9]}"), "project.json", "all_points"),
        Annotations("a polygon whose place is no number", "project.json", Via("{\"name\":\"polygon\",\"all_points_x\":[1,\"left\",9],\"all_points_y\":[1,2,9]}"), "project.json", "all_points_x"),
        Annotations("an annotation of a category that is not there", "all.json", Coco("7", "[[1,1,9,1,9,9]]"), "all.json", "categor"),
        Annotations("a COCO polygon with an odd count", "all.json", Coco("1", "[[1,1,9,1,9]]"), "all.json", "segmentation"),
        Labelled("a labelme file of another size", 31, "[[1,1],[9,1],[9,9]]", "31x32"),
        Labelled("a labelme polygon of a single number", 32, "[1,1]", "points"),
    ];

    private static string Via(string shape) =>
        "{\"_via_img_metadata\":{" + string.Join(',', ((string[])["a.png", "b.png"]).Select(name => $"\"{name}9\":{{\"filename\":\"{name}\",\"size\":9,\"regions\":[{{\"shape_attributes\":{shape},\"region_attributes\":{{\"Name\":\"1\"}}}}]}}")) + "}}";

    private static string Coco(string category, string polygon) =>
        "{\"images\":[{\"id\":1,\"file_name\":\"a.png\",\"width\":32,\"height\":32},{\"id\":2,\"file_name\":\"b.png\",\"width\":32,\"height\":32}],\"categories\":[{\"id\":1,\"name\":\"cell\"}],\"annotations\":["
        + string.Join(',', ((int[])[1, 2]).Select(image => $"{{\"id\":{image},\"image_id\":{image},\"category_id\":{category},\"segmentation\":{polygon}}}")) + "]}";

    private static BadInput Labelled(string kind, int width, string points, string mend) => new(
        kind,
        folder =>
        {
            foreach (string name in (string[])["a", "b"])
            {
                folder.WriteImage($"{name}.png", 32, 32);
                folder.WriteText($"{name}.json", $"{{\"imagePath\":\"{name}.png\",\"imageWidth\":{width},\"imageHeight\":32,\"shapes\":[{{\"label\":\"bus\",\"shape_type\":\"polygon\",\"points\":{points}}}]}}");
            }

            return Train(folder);
        },
        ".json",
        mend);

    private static byte[] Huge(byte[] png) =>
        TestPng.Assemble(("IHDR", TestPng.Header(2_000_000_000, 32, 8, 2, false)), ("IDAT", TestPng.Deflate(png)), ("IEND", []));

    private static Image Filled(int channels, byte value)
    {
        var image = new Image(32, 32, channels);
        image.Pixels.AsSpan().Fill(value);
        return image;
    }

    private static void WhiteMasks(TemporaryFolder folder)
    {
        File.Delete(folder["classes.txt"]);
        foreach (string path in Directory.GetFiles(folder["masks"]))
            ImageFile.WritePng(path, Filled(1, 255));
    }

    private static void KeepOne(TemporaryFolder folder)
    {
        foreach (string name in (string[])["b", "c"])
        {
            File.Delete(folder[$"images/{name}.png"]);
            File.Delete(folder[$"masks/{name}.png"]);
        }
    }

    private static string[] Empty(TemporaryFolder folder)
    {
        Directory.CreateDirectory(folder["images"]);
        Directory.CreateDirectory(folder["masks"]);
        return Train(folder);
    }

    private static string[] AFile(TemporaryFolder folder)
    {
        folder.WriteText("some.json", "{}");
        return Train(folder, "--data", folder["some.json"], "--layout", "camvid");
    }

    private static string[] WithoutValidation(TemporaryFolder folder)
    {
        folder.WriteImage("train/a.png");
        folder.WriteMask("trainannot/a.png");
        return Train(folder);
    }

    private static string[] NumPy(TemporaryFolder folder)
    {
        folder.WriteText("segmentation_train.npy", "\u0093NUMPY");
        return Train(folder);
    }

    private static string[] NumPyFile(TemporaryFolder folder, string command) => Given(folder, command, "segmentation_train.npy", "\u0093NUMPY");

    private static string[] Given(TemporaryFolder folder, string command, string name, string text)
    {
        folder.WriteText(name, text);
        return [command, "--data", folder[name]];
    }

    private static string[] Trimap(TemporaryFolder folder)
    {
        foreach (string name in (string[])["a", "b", "c"])
        {
            folder.WriteImage($"images/{name}.png", 32, 32);
            folder.WriteMask($"annotations/trimaps/{name}.png", 32, 32, 4);
        }

        return Train(folder);
    }
}

using System.Globalization;
using System.Text.Json;
using SegFromScratch.Tests.Images;
using SegFromScratch.Training.Data;

namespace SegFromScratch.Tests.Data.Layouts;

/// <summary>The layouts on real samples, with the figures that were published or counted for them by other programs.</summary>
public class SharedDataTests
{
    private const string Labelme = "labelme_voc/semantic_segmentation";

    [Test]
    public void Camvid_has_its_shares_of_pixels()
    {
        double[] expected = [16.85, 23.26, 0.98, 31.66, 4.49, 9.72, 1.17, 1.13, 5.87, 0.64, 0.29];
        (double[] shares, double ignored) = Shares(DataSets.Open(SharedData.Find("camvid")).Train);
        Assert.That(shares.Select(share => 100 * share), Is.EqualTo(expected).Within(0.0051));
        Assert.That(100 * ignored, Is.EqualTo(3.95).Within(0.0051));
    }

    [Test]
    public void Voc_masks_of_labelme_have_their_shares_of_pixels()
    {
        DataSetParts parts = DataSets.Open(SharedData.Find($"{Labelme}/data_dataset_voc"));
        Assert.That((parts.Train.Count, parts.Validation.Count, parts.Train.ClassNames.Count, parts.Train.ClassNames[6]), Is.EqualTo((2, 1, 21, "bus")));
        (double[] shares, double ignored) = Shares(parts.Train, parts.Validation);
        Assert.That(new[] { shares[0], shares[6], shares[15], shares[9], shares[18], ignored, shares[7], shares[5] }.Select(share => 100 * share),
            Is.EqualTo(new[] { 51.7, 21.7, 12.4, 8.1, 2.6, 1.9, 1.3, 0.2 }).Within(0.051));
    }

    [Test]
    public void Polygons_of_labelme_fill_what_its_own_export_filled()
    {
        DataSetParts drawn = DataSets.Open(SharedData.Find($"{Labelme}/data_annotated")), exported = DataSets.Open(SharedData.Find($"{Labelme}/data_dataset_voc"));
        Assert.That(drawn.Layout, Does.Contain("labelme"));
        Assert.That(drawn.Train.ClassNames, Is.EqualTo(exported.Train.ClassNames));
        AssertAlmostEqual(Masks(drawn), Masks(exported), greatestShare: 0.01);
    }

    [Test]
    public void Coco_polygons_of_labelme_fill_what_its_export_for_voc_filled()
    {
        DataSetParts coco = DataSets.Open(SharedData.Find("labelme_voc/instance_segmentation/data_dataset_coco")), voc = DataSets.Open(SharedData.Find("labelme_voc/instance_segmentation/data_dataset_voc"));
        Assert.That(coco.Train.ClassNames, Has.Count.EqualTo(21));
        AssertAlmostEqual(Masks(coco), Masks(voc), greatestShare: 0.03);
    }

    [Test]
    public void Isbi_cells_are_78_percent_and_the_last_slices_are_held_out()
    {
        DataSetParts parts = DataSets.Open(SharedData.Find("isbi2012"));
        Assert.That((parts.Train.Count, parts.Validation.Count), Is.EqualTo((25, 5)));
        Assert.That(Enumerable.Range(0, 5).Select(parts.Validation.NameOf), Is.EqualTo(new[] { "25.png", "26.png", "27.png", "28.png", "29.png" }));
        Assert.That(parts.Train.ClassNames, Is.EqualTo(new[] { "membrane", "cell" }));
        Assert.That(100 * Shares(parts.Train, parts.Validation).Shares[1], Is.EqualTo(78.04).Within(0.0051));
    }

    [Test]
    public void Nuclei_have_the_pixels_that_their_index_says()
    {
        DataSetParts parts = DataSets.Open(SharedData.Find("dsb2018_nuclei"));
        Dictionary<string, long> expected = File.ReadLines(SharedData.Find("dsb2018_nuclei/index.csv")).Skip(1).Select(line => line.Split(','))
            .ToDictionary(fields => fields[0] + ".png", fields => long.Parse(fields[4], CultureInfo.InvariantCulture));
        Dictionary<string, byte[]> masks = Masks(parts);
        Assert.That(masks.ToDictionary(mask => mask.Key, mask => mask.Value.LongCount(label => label == 1)), Is.EquivalentTo(expected));
        Assert.That(masks, Has.Count.EqualTo(200));
        Dictionary<string, byte[]> native = Masks(DataSets.Open(SharedData.Find("dsb2018_nuclei/native_sample")));
        Assert.That(native, Has.Count.EqualTo(20));
        foreach ((string name, byte[] labels) in native.Where(each => masks.ContainsKey(each.Key)))
            Assert.That(labels, Is.EqualTo(masks[name]), name);
    }

    [Test]
    public void Drinks_are_painted_as_pillow_paints_them()
    {
        DataSetParts parts = DataSets.Open(SharedData.Find("drinks_via"));
        Assert.That((parts.Train.Count + parts.Validation.Count, parts.Test!.Count), Is.EqualTo((90, 51)));
        Assert.That(parts.Train.ClassNames, Is.EqualTo(new[] { "background", "Water", "Soda", "Juice" }));
        string project = SharedData.Find("drinks_via/segmentation_test.json");
        using (JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(project)))
            Assert.That(document.RootElement.GetProperty("_via_img_metadata").EnumerateObject().Sum(image => image.Value.GetProperty("regions").GetArrayLength()), Is.EqualTo(146));
        using var folder = new TemporaryFolder();
        Pillow.Run(
            """
            import json, sys
            from PIL import Image, ImageDraw
            for entry in json.load(open(sys.stdin.read()))['_via_img_metadata'].values():
                image = Image.new('L', (640, 480))
                for region in entry['regions']:
                    shape = region['shape_attributes']
                    ImageDraw.Draw(image).polygon(list(zip(shape['all_points_x'], shape['all_points_y'])), fill=int(region['region_attributes']['Name']))
                open(f"{sys.argv[1]}/{entry['filename']}.mask", 'wb').write(image.tobytes())
            """,
            folder.Path,
            project);
        Dictionary<string, byte[]> theirs = Directory.GetFiles(folder.Path, "*.mask").ToDictionary(path => Path.GetFileNameWithoutExtension(path), File.ReadAllBytes);
        Dictionary<string, byte[]> mine = Enumerable.Range(0, parts.Test.Count).ToDictionary(parts.Test.NameOf, index => Labels(parts.Test, index));
        AssertAlmostEqual(mine, theirs, greatestShare: 0.01);
    }

    private static (double[] Shares, double Ignored) Shares(params IDataSet[] sets)
    {
        long[] pixels = new long[sets[0].ClassNames.Count];
        long ignored = sets.Sum(set => Enumerable.Range(0, set.Count).Sum(index => set.LoadTarget(index).CountPixels(pixels)));
        double all = pixels.Sum() + ignored;
        return ([.. pixels.Select(count => count / all)], ignored / all);
    }

    private static Dictionary<string, byte[]> Masks(DataSetParts parts) =>
        new[] { parts.Train, parts.Validation }.SelectMany(part => Enumerable.Range(0, part.Count).Select(index => (Name: part.NameOf(index), Labels: Labels(part, index))))
            .ToDictionary(each => each.Name, each => each.Labels);

    private static byte[] Labels(IDataSet set, int index) => ((ClassMap)set.LoadTarget(index)).Mask.Labels;

    private static void AssertAlmostEqual(Dictionary<string, byte[]> mine, Dictionary<string, byte[]> theirs, double greatestShare)
    {
        Assert.That(mine.Keys, Is.EquivalentTo(theirs.Keys));
        foreach ((string name, byte[] labels) in mine)
        {
            byte[] others = theirs[name];
            int different = labels.Where((label, pixel) => others[pixel] != 255 && label != others[pixel]).Count();
            Assert.That(different / (double)labels.Length, Is.LessThan(greatestShare), name);
        }
    }
}

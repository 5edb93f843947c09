using System.Text;
using SegFromScratch.Tests.Training;
using SegFromScratch.Training.Data;
using SegFromScratch.Training.Data.Severstal;
using SegFromScratch.Training.Metrics;
using SegFromScratch.Training.Submission;

namespace SegFromScratch.Tests.Submission;

[NonParallelizable]
public sealed class SubmissionTests : FolderTests
{
    private static readonly SubmissionImage[] s_images = [new("b.jpg", 3, 2, ["1 2", "", "4 1 6 1"]), new("a_1.jpg", 2, 2, ["", "", "1 4"])];

    private static readonly ExpectedImage[] s_expected = [new("b.jpg", 3, 2, [2, 0, 2]), new("a_1.jpg", 2, 2, [0, 0, 4])];

    [TestCase(SubmissionFormat.Classic, "ImageId_ClassId,EncodedPixels\nb.jpg_1,1 2\nb.jpg_2,\nb.jpg_3,4 1 6 1\na_1.jpg_1,\na_1.jpg_2,\na_1.jpg_3,1 4\n")]
    [TestCase(SubmissionFormat.Official, "ImageId,EncodedPixels,ClassId\nb.jpg,1 2,1\nb.jpg,,2\nb.jpg,4 1 6 1,3\na_1.jpg,,1\na_1.jpg,,2\na_1.jpg,1 4,3\n")]
    [TestCase(SubmissionFormat.Table, "ImageId,ClassId,EncodedPixels\nb.jpg,1,1 2\nb.jpg,2,\nb.jpg,3,4 1 6 1\na_1.jpg,1,\na_1.jpg,2,\na_1.jpg,3,1 4\n")]
    [TestCase(SubmissionFormat.Wide, "ImageId,Defect_1,Defect_2,Defect_3\nb.jpg,1 2,,4 1 6 1\na_1.jpg,,,1 4\n")]
    public void Each_format_is_written_as_documented_and_found_right(SubmissionFormat format, string expected)
    {
        using var stream = new MemoryStream();
        SubmissionTable.Write(stream, format, 3, s_images);
        Assert.That(Encoding.UTF8.GetString(stream.ToArray()), Is.EqualTo(expected));
        stream.Position = 0;
        Assert.That(SubmissionCheck.Run(stream, format, 3, s_expected), Is.EqualTo(3));
    }

    [TestCase("b.jpg_1,1 2\nb.jpg_2,\n", "image 'b.jpg', class 3: its row is missing.")]
    [TestCase("b.jpg_1,1 2\nb.jpg_3,4 1 6 1\nb.jpg_2,\n", "image 'b.jpg', class 3 stands where image 'b.jpg', class 2 is due.")]
    [TestCase("c.jpg_1,1 2\n", "image 'c.jpg', class 1 stands where image 'b.jpg', class 1 is due.")]
    [TestCase("b.jpg_1,1 2\nb.jpg_2,\nb.jpg_3,4 1 6 1\nb.jpg_1,1 2\n", "image 'b.jpg', class 1: a row too many.")]
    [TestCase("b.jpg_1,1 2 2 1\n", "image 'b.jpg', class 1: run '2 1' begins before the end of the run before it (2): runs must be sorted and apart.")]
    [TestCase("b.jpg_1,1 1 2 1\n", "image 'b.jpg', class 1: the runs touch each other or have spaces too many.")]
    [TestCase("b.jpg_1,6 2\n", "image 'b.jpg', class 1: run '6 2' leaves the image: pixels go from 1 to 6 (3x2).")]
    [TestCase("b.jpg_1,1 3\n", "image 'b.jpg', class 1: 3 pixels, but 2 were predicted.")]
    [TestCase("b.jpg_4,\n", "row 2: class '4' is not 1 to 3.")]
    [TestCase("b.jpg_1,1 2,3\n", "row 2 has 3 columns, not 2.")]
    public void What_is_wrong_is_found(string rows, string expected)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes("ImageId_ClassId,EncodedPixels\n" + rows));
        Assert.That(() => SubmissionCheck.Run(stream, SubmissionFormat.Classic, 3, s_expected[..1]), Throws.TypeOf<SubmissionException>().With.Message.EqualTo(expected));
    }

    [Test]
    public void A_wrong_header_and_a_name_with_a_comma_are_refused()
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes("ImageId,ClassId,EncodedPixels\n"));
        Assert.That(() => SubmissionCheck.Run(stream, SubmissionFormat.Official, 3, []), Throws.TypeOf<SubmissionException>().With.Message.EqualTo("the first line is not ImageId,EncodedPixels,ClassId."));
        foreach (string name in (string[])["a,b.jpg", "a\"b.jpg", "a\nb.jpg", "a\rb.jpg"])
            Assert.That(() => SubmissionTable.Write(new MemoryStream(), SubmissionFormat.Classic, 1, [new(name, 1, 1, [""])]), Throws.TypeOf<SubmissionException>(), name);
    }

    [Test]
    public void Thresholds_and_least_areas_are_a_class_each()
    {
        float[] probabilities = [0.5f, 0.6f, 0.7f, 0.8f, 0.5f, 0.6f, 0.7f, 0.8f];
        LayerMasks masks = new DecisionThresholds([new(0.5, 0, 3), new(0.65, 0, 3)]).Decide(probabilities, 2, 2);
        Assert.That(masks.Layer(0).ToArray(), Is.EqualTo(new byte[] { 0, 1, 1, 1 }), "the threshold itself is outside");
        Assert.That(masks.Layer(1).ToArray(), Is.EqualTo(new byte[4]), "two pixels are fewer than three");
    }

    [TestCase("classic", 12 * 4)]
    [TestCase("official", 12 * 4)]
    [TestCase("table", 12 * 4)]
    [TestCase("wide", 12)]
    public void The_command_submits_every_image_at_its_own_size(string format, int rows)
    {
        string run = TrainedRun(), images = Path.Combine(TinyRun.Data, "train_images"), output = Folder["out.csv"];
        CommandRun command = CommandRun.Of("submit", "--run", run, "--images", images, "--output", output, "--format", format, "--threshold", "0.2,0.3,0.4,0.5", "--minimum-area", "4", "--device", "cpu");
        Assert.That((command.Status, command.Error), Is.EqualTo((0, "")));
        string[] lines = File.ReadAllLines(output), names = [.. Directory.EnumerateFiles(images).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];
        Assert.That(lines, Has.Length.EqualTo(rows + 1));
        Assert.That(lines[1..].Where((_, row) => row % (rows / 12) == 0).Select(line => line.Split(',')[0].Replace("_1", "", StringComparison.Ordinal)), Is.EqualTo(names));
        if (format != "wide")
            Assert.That(() => SeverstalTable.Read(output), Throws.Nothing, "train.csv's reader takes it");
    }

    [Test]
    public void A_threshold_of_zero_takes_all_and_of_one_nothing()
    {
        string run = TrainedRun(), images = Path.Combine(TinyRun.Data, "train_images"), output = Folder["out.csv"];
        CommandRun.Of("submit", "--run", run, "--images", images, "--output", output, "--threshold", "0,1,1,0", "--device", "cpu");
        string whole = $"1 {64 * 32}";
        Assert.That(File.ReadAllLines(output)[1..5].Select(line => line.Split(',')[1]), Is.EqualTo(new[] { whole, "", "", whole }));
    }

    [Test]
    public void What_a_search_found_counts_until_an_option_says_otherwise()
    {
        string run = TrainedRun(), images = Path.Combine(TinyRun.Data, "train_images"), output = Folder["out.csv"], whole = $"1 {64 * 32}";
        new DecisionThresholds([new(1e-9, 0), new(1 - 1e-9, 0), new(1e-9, 0), new(1e-9, 0)]).Save(Path.Combine(run, "thresholds.json"));
        Assert.That(FirstMasks(), Is.EqualTo(new[] { whole, "", whole, whole }));
        Assert.That(FirstMasks("--minimum-area", "0,0,2049,2048"), Is.EqualTo(new[] { whole, "", "", whole }));
        Assert.That(FirstMasks("--threshold", "1"), Is.EqualTo(new[] { "", "", "", "" }));
        float[] two = [1, 1, .. new float[2046]], three = [1, 1, 1, .. new float[2045]];
        Assert.That(new DecisionThresholds([new(0.5, 0.001)]).Decide(two, 64, 32).Layers, Has.All.Zero, "2 pixels are less than 0.001 of 2048");
        Assert.That(new DecisionThresholds([new(0.5, 0.001)]).Decide(three, 64, 32).Layers.Sum(value => value), Is.EqualTo(3));

        string[] FirstMasks(params string[] more)
        {
            CommandRun command = CommandRun.Of(["submit", "--run", run, "--images", images, "--output", output, "--device", "cpu", .. more]);
            Assert.That(command.Error, Is.Empty);
            return [.. File.ReadAllLines(output)[1..5].Select(line => line.Split(',')[1])];
        }
    }

    [Test]
    public void What_cannot_be_submitted_is_one_line_and_leaves_the_old_file()
    {
        string run = TrainedRun(), images = Folder["images"], output = Folder["out.csv"];
        File.WriteAllText(output, "old");
        Folder.WriteImage("images/a.png", 64, 32);
        Assert.Multiple(() =>
        {
            Assert.That(Error("--threshold", "0.5,0.5"), Is.EqualTo("error: --threshold: 2 numbers, but the run has 4 classes; give one number, or 4.\n"));
            Assert.That(Error("--threshold", "2"), Is.EqualTo("error: --threshold: '2' is not a number from 0 to 1.\n"));
            Assert.That(Error("--minimum-area", "1.5"), Is.EqualTo("error: --minimum-area: '1.5' is not a whole number of pixels.\n"));
        });
        File.WriteAllText(Path.Combine(images, "b.png"), "no picture");
        Assert.That(Error(), Is.EqualTo($"error: {Path.Combine(images, "b.png")}: this is neither a PNG nor a JPEG file; convert it to one of them.\n"));
        Assert.That(File.ReadAllText(output), Is.EqualTo("old"));
        Assert.That(Directory.EnumerateFiles(Folder.Path, "*", new EnumerationOptions { AttributesToSkip = 0 }).Count(), Is.EqualTo(1), "no temporary file is left");

        string Error(params string[] more) => CommandRun.Of(["submit", "--run", run, "--images", images, "--output", output, "--device", "cpu", .. more]).Error;
    }

    [Test]
    public void The_shared_masks_make_a_submission_with_the_strings_of_the_table()
    {
        SeverstalTable table = SeverstalTable.Read(SharedData.Find("severstal/train_subset.csv"));
        string[] names = [.. table.ImagesWithMasks.Order(StringComparer.Ordinal)];
        string output = Folder["out.csv"];
        using (var stream = File.Create(output))
        {
            List<ExpectedImage> expected = [];
            SubmissionTable.Write(stream, SubmissionFormat.Classic, 4, names.Select(name => Truth(table, name, expected)));
            stream.Position = 0;
            Assert.That(SubmissionCheck.Run(stream, SubmissionFormat.Classic, 4, expected), Is.EqualTo(names.Sum(name => table.RowsOf(name).Count)));
        }

        SeverstalTable back = SeverstalTable.Read(output);
        foreach (string name in names)
            Assert.That(back.RowsOf(name).Select(row => (row.ClassId, row.EncodedPixels)), Is.EqualTo(table.RowsOf(name).OrderBy(row => row.ClassId).Select(row => (row.ClassId, row.EncodedPixels))), name);
    }

    private static SubmissionImage Truth(SeverstalTable table, string name, List<ExpectedImage> expected)
    {
        const int Width = 1600, Height = 256;
        var masks = new LayerMasks(Width, Height, 4, new byte[4 * Width * Height]);
        foreach (SeverstalRow row in table.RowsOf(name))
            RunLengthEncoding.Decode(row.EncodedPixels, masks.Layer(row.ClassId - 1), Width, Height);
        long[] pixels = new long[4];
        masks.CountPixels(pixels);
        expected.Add(new ExpectedImage(name, Width, Height, pixels));
        return new SubmissionImage(name, Width, Height, [.. Enumerable.Range(0, 4).Select(index => RunLengthEncoding.Encode(masks.Layer(index), Width, Height))]);
    }

    private string TrainedRun() => Reports.WatchedRun.Train(Folder["run"], TinyRun.Configuration with { Epochs = 1 }).Path;
}

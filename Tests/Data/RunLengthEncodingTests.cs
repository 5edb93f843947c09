using SegFromScratch.Training.Data.Severstal;

namespace SegFromScratch.Tests.Data;

public class RunLengthEncodingTests
{
    [Test]
    public void Pixels_are_numbered_from_one_down_the_columns()
    {
        byte[] plane = new byte[3 * 2];
        RunLengthEncoding.Decode("2 2 6 1", plane, width: 3, height: 2);
        // Columns are pixels (1 2) (3 4) (5 6); rows are (1 3 5) and (2 4 6).
        Assert.That(plane, Is.EqualTo(new byte[] { 0, 1, 0, 1, 0, 1 }));
    }

    [Test]
    public void Runs_go_on_in_the_next_column_and_come_back_as_one()
    {
        byte[] plane = new byte[4 * 3];
        RunLengthEncoding.Decode("3 8", plane, width: 4, height: 3);
        Assert.That(plane, Is.EqualTo(new byte[] { 0, 1, 1, 1, 0, 1, 1, 0, 1, 1, 1, 0 }));
        Assert.That(RunLengthEncoding.Encode(plane, 4, 3), Is.EqualTo("3 8"));
    }

    [TestCase("")]
    [TestCase("1 12")]
    [TestCase("12 1")]
    [TestCase("1 1 3 1 5 2 9 4")]
    public void Text_survives_decoding_and_encoding(string text)
    {
        byte[] plane = new byte[12];
        RunLengthEncoding.Decode(text, plane, 4, 3);
        Assert.That(RunLengthEncoding.Encode(plane, 4, 3), Is.EqualTo(text));
    }

    [TestCase("1 13", "run '1 13' leaves the image: pixels go from 1 to 12 (4x3)")]
    [TestCase("12 2", "run '12 2' leaves the image: pixels go from 1 to 12 (4x3)")]
    [TestCase("0 1", "run '0 1' leaves the image: pixels go from 1 to 12 (4x3)")]
    [TestCase("3 0", "run '3 0' leaves the image: pixels go from 1 to 12 (4x3)")]
    [TestCase("2147483647 2147483647", "run '2147483647 2147483647' leaves the image: pixels go from 1 to 12 (4x3)")]
    [TestCase("1 2 3", "3 numbers where pairs 'start length' are due: the last length is missing")]
    [TestCase("5 2 1 2", "run '1 2' begins before the end of the run before it (6): runs must be sorted and apart")]
    [TestCase("1 3 3 1", "run '3 1' begins before the end of the run before it (3): runs must be sorted and apart")]
    [TestCase("1 x", "'x' is not a pixel number or a run length")]
    [TestCase("-1 2", "'-1' is not a pixel number or a run length")]
    [TestCase("1 1.5", "'1.5' is not a pixel number or a run length")]
    [TestCase("99999999999 1", "'99999999999' is not a pixel number or a run length")]
    public void Impossible_text_is_refused(string text, string message)
    {
        Assert.That(() => RunLengthEncoding.Decode(text, new byte[12], 4, 3), Throws.TypeOf<FormatException>().With.Message.EqualTo(message));
    }

    [Test]
    public void Real_masks_come_back_as_the_same_text_and_fill_their_published_boxes()
    {
        const int width = 1600, height = 256;
        SeverstalTable table = SeverstalTable.Read(SharedData.Find("severstal/train_subset.csv"));
        Dictionary<string, (int Top, int Left, int Bottom, int Right)> boxes = ReadBoxes(SharedData.Find("severstal/train_bboxes.csv"));
        // Boxes are published for an image's row of the original table, without its class; images with a single row cannot be mistaken.
        int rows = 0, compared = 0;
        byte[] plane = new byte[width * height];
        foreach (string image in table.ImagesWithMasks)
        {
            foreach (SeverstalRow row in table.RowsOf(image))
            {
                Array.Clear(plane);
                RunLengthEncoding.Decode(row.EncodedPixels, plane, width, height);
                Assert.That(RunLengthEncoding.Encode(plane, width, height), Is.EqualTo(row.EncodedPixels), image);
                rows++;
                if (!boxes.TryGetValue(image, out (int Top, int Left, int Bottom, int Right) box))
                    continue;
                (int top, int left, int bottom, int right) = Extent(plane, width, height);
                Assert.That(
                    new[] { top - box.Top, left - box.Left, bottom - box.Bottom, right - box.Right }, Is.All.InRange(-1, 1), $"{image}, row {row.Row}");
                compared++;
            }
        }
        Assert.That(rows, Is.EqualTo(2845));
        Assert.That(compared, Is.GreaterThan(2400));
    }

    private static (int Top, int Left, int Bottom, int Right) Extent(byte[] plane, int width, int height)
    {
        (int top, int left, int bottom, int right) = (height, width, -1, -1);
        for (int i = 0; i < plane.Length; i++)
        {
            if (plane[i] == 0)
                continue;
            (int y, int x) = Math.DivRem(i, width);
            (top, left, bottom, right) = (Math.Min(top, y), Math.Min(left, x), Math.Max(bottom, y), Math.Max(right, x));
        }
        return (top, left, bottom, right);
    }

    private static Dictionary<string, (int Top, int Left, int Bottom, int Right)> ReadBoxes(string path) =>
        File.ReadLines(path).Skip(1)
            .Select(line => (Image: line[..line.IndexOf(',')], Numbers: line[line.IndexOf(',')..]
                .Split(['[', ']', ',', '"', ' '], StringSplitOptions.RemoveEmptyEntries).Select(int.Parse).Chunk(4).ToArray()))
            .GroupBy(entry => entry.Image)
            .Where(group => group.Count() == 1)
            .Select(group => group.Single())
            .ToDictionary(entry => entry.Image, entry => (
                entry.Numbers.Min(box => box[0]), entry.Numbers.Min(box => box[1]), entry.Numbers.Max(box => box[2]), entry.Numbers.Max(box => box[3])));
}

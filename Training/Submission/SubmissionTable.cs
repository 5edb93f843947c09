using System.Globalization;
using System.Text;
using CsvHelper;

namespace SegFromScratch.Training.Submission;

/// <summary>Writes and reads submissions. Classes are numbered from 1.</summary>
public static class SubmissionTable
{
    private const string Image = "ImageId", Class = "ClassId", Pixels = "EncodedPixels", Joined = "ImageId_ClassId", Defect = "Defect_";

    /// <summary>The columns of a format.</summary>
    public static IReadOnlyList<string> Columns(SubmissionFormat format, int classes) => format switch
    {
        SubmissionFormat.Classic => [Joined, Pixels],
        SubmissionFormat.Official => [Image, Pixels, Class],
        SubmissionFormat.Table => [Image, Class, Pixels],
        _ => [Image, .. Enumerable.Range(1, classes).Select(number => $"{Defect}{Text(number)}")],
    };

    /// <summary>Writes a submission: UTF-8, lines end with a line feed.</summary>
    /// <param name="stream">Where to; it stays open.</param>
    /// <param name="format">The table.</param>
    /// <param name="classes">Classes.</param>
    /// <param name="images">The images in the order of the rows; each is asked for when its turn has come.</param>
    /// <exception cref="SubmissionException">A file name would break the table.</exception>
    public static void Write(Stream stream, SubmissionFormat format, int classes, IEnumerable<SubmissionImage> images)
    {
        ArgumentNullException.ThrowIfNull(images);
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine(string.Join(',', Columns(format, classes)));
        foreach (SubmissionImage image in images)
        {
            if (image.Image.AsSpan().ContainsAny(",\"\r\n"))
                throw new SubmissionException($"the name of the image '{image.Image}' has a comma, a quotation mark or a line end in it, which Kaggle's table cannot hold; rename it.");
            foreach (string line in Lines(image, format))
                writer.WriteLine(line);
        }
    }

    /// <summary>Reads a submission.</summary>
    /// <returns>Image, class from 1 and mask of each row; of <see cref="SubmissionFormat.Wide"/> each cell.</returns>
    /// <exception cref="SubmissionException">The header or a row is not of the format.</exception>
    public static IEnumerable<(string Image, int Class, string Mask)> Read(Stream stream, SubmissionFormat format, int classes)
    {
        using var reader = new StreamReader(stream, leaveOpen: true);
        using var csv = new CsvReader(reader, CultureInfo.InvariantCulture, leaveOpen: true);
        IReadOnlyList<string> columns = Columns(format, classes);
        if (!csv.Read() || !csv.ReadHeader() || !csv.HeaderRecord!.SequenceEqual(columns))
            throw new SubmissionException($"the first line is not {string.Join(',', columns)}.");
        while (csv.Read())
        {
            if (csv.Parser.Count != columns.Count)
                throw new SubmissionException($"row {csv.Parser.Row} has {csv.Parser.Count} columns, not {columns.Count}.");
            switch (format)
            {
                case SubmissionFormat.Classic:
                    string joined = csv.GetField(0)!;
                    int cut = joined.LastIndexOf('_');
                    yield return (joined[..Math.Max(0, cut)], ClassOf(joined[(cut + 1)..], csv.Parser.Row, classes), csv.GetField(1)!);
                    break;
                case SubmissionFormat.Official or SubmissionFormat.Table:
                    yield return (csv.GetField(Image)!, ClassOf(csv.GetField(Class)!, csv.Parser.Row, classes), csv.GetField(Pixels)!);
                    break;
                default:
                    for (int number = 1; number <= classes; number++)
                        yield return (csv.GetField(0)!, number, csv.GetField(number)!);
                    break;
            }
        }
    }

    private static IEnumerable<string> Lines(SubmissionImage image, SubmissionFormat format) => format switch
    {
        SubmissionFormat.Classic => image.Masks.Select((mask, index) => $"{image.Image}_{Text(index + 1)},{mask}"),
        SubmissionFormat.Official => image.Masks.Select((mask, index) => $"{image.Image},{mask},{Text(index + 1)}"),
        SubmissionFormat.Table => image.Masks.Select((mask, index) => $"{image.Image},{Text(index + 1)},{mask}"),
        _ => [string.Join(',', [image.Image, .. image.Masks])],
    };

    private static int ClassOf(string text, int row, int classes) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1 && number <= classes
            ? number
            : throw new SubmissionException($"row {row}: class '{text}' is not 1 to {classes}.");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

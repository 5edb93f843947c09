using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using SegFromScratch.Training.Files;

namespace SegFromScratch.Training.Data.Severstal;

/// <summary>One defect mask of the table.</summary>
/// <param name="ClassId">1 to 4, as written in the table.</param>
/// <param name="EncodedPixels">The mask's text; see <see cref="RunLengthEncoding"/>.</param>
/// <param name="Row">The row in the file, the header being row 1.</param>
public sealed record SeverstalRow(int ClassId, string EncodedPixels, int Row);

/// <summary>
/// Severstal's train.csv: which image has which defect where. Two spellings exist: ImageId,ClassId,EncodedPixels (one row a mask) and
/// the older ImageId_ClassId,EncodedPixels ("abc.jpg_3"; rows without pixels stand for classes the image does not have).
/// </summary>
public sealed class SeverstalTable
{
    /// <summary>The number of defect classes.</summary>
    public const int ClassCount = 4;

    private readonly Dictionary<string, List<SeverstalRow>> _rows = [];

    private SeverstalTable(string path) => Path = path;

    /// <summary>The file it was read from.</summary>
    public string Path { get; }

    /// <summary>The images that have at least one mask.</summary>
    public IReadOnlyCollection<string> ImagesWithMasks => _rows.Keys;

    /// <summary>The masks of an image, by row; none for an image without defects.</summary>
    public IReadOnlyList<SeverstalRow> RowsOf(string imageName) => _rows.TryGetValue(imageName, out List<SeverstalRow>? rows) ? rows : [];

    /// <summary>True where the file's header has the columns of such a table.</summary>
    public static bool HasHeader(string path)
    {
        string header = File.ReadLines(path).FirstOrDefault() ?? "";
        return header.Contains("ImageId", StringComparison.Ordinal) && header.Contains("EncodedPixels", StringComparison.Ordinal);
    }

    /// <summary>Reads a table.</summary>
    /// <exception cref="DataSetException">A column is missing, a class is not 1 to 4, a row is short or its quotation marks are wrong, or an image has two rows of one class.</exception>
    public static SeverstalTable Read(string path)
    {
        var table = new SeverstalTable(path);
        using var reader = new StreamReader(path);
        using var csv = new CsvReader(reader, new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            BadDataFound = bad => throw new DataSetException($"{path}, row {bad.Context.Parser?.Row}: a quotation mark in the middle of a field; mend or remove the row."),
        });
        if (!csv.Read() || !csv.ReadHeader())
            throw new DataSetException($"{path}: the table is empty; its first line must be ImageId,ClassId,EncodedPixels.");
        bool joined = csv.HeaderRecord!.Contains("ImageId_ClassId");
        string[] columns = joined ? ["ImageId_ClassId", "EncodedPixels"] : ["ImageId", "ClassId", "EncodedPixels"];
        foreach (string column in columns)
        {
            if (!csv.HeaderRecord!.Contains(column))
                throw new DataSetException($"{path}: no column {column}; its first line must be ImageId,ClassId,EncodedPixels or ImageId_ClassId,EncodedPixels.");
        }
        while (csv.Read())
        {
            string?[] fields = [.. columns.Select(column => csv.TryGetField(column, out string? field) ? field : null)];
            if (fields.Contains(null))
                throw new DataSetException($"{path}, row {csv.Parser.Row}: {columns.Length} columns are due ({string.Join(',', columns)}); mend or remove the row.");
            (string image, string classText) = joined ? SplitJoined(fields[0]!) : (fields[0]!, fields[1]!);
            table.Add(image, classText, fields[^1]!.Trim(), csv.Parser.Row);
        }
        return table;
    }

    private void Add(string image, string classText, string encodedPixels, int row)
    {
        if (!int.TryParse(classText, NumberStyles.None, CultureInfo.InvariantCulture, out int classId) || classId is < 1 or > ClassCount)
            throw new DataSetException($"{Path}, row {row}, image {OneLine.Text(image)}: class '{OneLine.Text(classText)}' is not 1 to {ClassCount}; mend or remove the row.");
        if (encodedPixels.Length == 0)
            return;
        if (!_rows.TryGetValue(image, out List<SeverstalRow>? rows))
            _rows.Add(image, rows = []);
        if (rows.Find(other => other.ClassId == classId) is { } earlier)
            throw new DataSetException($"{Path}, row {row}, image {OneLine.Text(image)}: class {classId} has a mask already in row {earlier.Row}; remove one of the two.");
        rows.Add(new SeverstalRow(classId, encodedPixels, row));
    }

    private static (string Image, string ClassText) SplitJoined(string field)
    {
        int cut = field.LastIndexOf('_');
        return cut < 0 ? (field, "") : (field[..cut], field[(cut + 1)..]);
    }
}

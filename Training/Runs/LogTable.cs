using System.Globalization;
using SegFromScratch.Training.Files;

namespace SegFromScratch.Training.Runs;

/// <summary>A log of numbers read back: <c>metrics.csv</c> of a run.</summary>
public sealed class LogTable
{
    private readonly Dictionary<string, int> _columns;
    private readonly List<double?[]> _rows = [];

    private LogTable(string[] columns) => _columns = columns.Index().ToDictionary(column => column.Item, column => column.Index, StringComparer.Ordinal);

    /// <summary>Rows.</summary>
    public int Count => _rows.Count;

    /// <summary>A number; null where the cell is empty or the log has no such column.</summary>
    public double? this[int row, string column] => _columns.TryGetValue(column, out int index) ? _rows[row][index] : null;

    /// <summary>Reads a log; no file is an empty one. A last line without its end is left out.</summary>
    /// <exception cref="ConfigurationException">A line cannot be read, or two columns have one name.</exception>
    public static LogTable Load(string path)
    {
        if (!File.Exists(path))
            return new LogTable([]);
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        string[] lines = reader.ReadToEnd().Split('\n')[..^1];
        if (lines.Length == 0)
            return new LogTable([]);
        string[] columns = lines[0].Split(',');
        if (columns.CountBy(name => name).FirstOrDefault(column => column.Value > 1).Key is { } twice)
            throw new ConfigurationException($"'{OneLine.Text(path)}', line 1: the column '{OneLine.Text(twice)}' is there twice.");
        var table = new LogTable(columns);
        for (int line = 1; line < lines.Length; line++)
        {
            string[] cells = lines[line].Split(',');
            if (cells.Length != table._columns.Count)
                throw Damaged(path, line);
            table._rows.Add([.. cells.Select(cell => Number(cell, path, line))]);
        }

        return table;
    }

    private static double? Number(string cell, string path, int line) =>
        cell.Length == 0 ? null
        : double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number
        : throw Damaged(path, line);

    private static ConfigurationException Damaged(string path, int line) =>
        new($"'{OneLine.Text(path)}', line {line + 1}: this is no row of numbers under the names of the first line.");
}

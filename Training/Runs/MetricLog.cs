using System.Globalization;
using System.Text;
using System.Text.Json;
using SegFromScratch.Training.Files;

namespace SegFromScratch.Training.Runs;

/// <summary>
/// The log of a run: one row an epoch or validation, in a CSV table and as one JSON object a line. Its first column is the global
/// step; the first row fixes the others. Log no clock times here, and a resumed run's files equal those of an unbroken one.
/// </summary>
/// <remarks>
/// Numbers are written in the invariant culture with as many digits as bring the same double back. A row is on the disk when
/// <see cref="Append"/> returns: append before the checkpoint of the same step is saved, so that no row can be lost.
/// </remarks>
public sealed class MetricLog
{
    /// <summary>The first column's name.</summary>
    public const string StepColumn = "step";

    private readonly string _csvPath;
    private readonly string _jsonLinesPath;
    private string[]? _columns;

    private MetricLog(RunFolder folder, string name, string[]? columns) =>
        (_csvPath, _jsonLinesPath, _columns) = (folder.LogPath(name, "csv"), folder.LogPath(name, "jsonl"), columns);

    /// <summary>The log of a new run; the files are written with the first row.</summary>
    /// <param name="folder">The run.</param>
    /// <param name="name">The name of the files, without ending.</param>
    public static MetricLog Create(RunFolder folder, string name = RunFolder.MetricsName)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return new MetricLog(folder, name, columns: null);
    }

    /// <summary>The log of a run that goes on: rows after the step are dropped, and so is a row that a killed process left half-written.</summary>
    /// <param name="folder">The run.</param>
    /// <param name="globalStep">The step of the checkpoint that the run goes on from.</param>
    /// <param name="name">The name of the files, without ending.</param>
    /// <exception cref="ConfigurationException">A complete row of the log cannot be read.</exception>
    /// <exception cref="FileWriteException">The shortened log cannot be written.</exception>
    public static MetricLog Resume(RunFolder folder, long globalStep, string name = RunFolder.MetricsName)
    {
        ArgumentNullException.ThrowIfNull(folder);
        string csvPath = folder.LogPath(name, "csv"), jsonLinesPath = folder.LogPath(name, "jsonl");
        string[] table = CompleteLines(csvPath);
        string[] rows = [.. table.Skip(1).Where((row, i) => CsvStep(csvPath, row, i + 2) <= globalStep)];
        string[] objects = [.. CompleteLines(jsonLinesPath)
            .Where((row, i) => JsonStep(jsonLinesPath, row, i + 1) <= globalStep)];
        if (rows.Length == 0)
        {
            File.Delete(csvPath);
            File.Delete(jsonLinesPath);
            return Create(folder, name);
        }

        AtomicFile.WriteText(csvPath, Lines([table[0], .. rows]));
        AtomicFile.WriteText(jsonLinesPath, Lines(objects));
        return new MetricLog(folder, name, table[0].Split(',')[1..]);
    }

    /// <summary>Appends a row.</summary>
    /// <param name="globalStep">Batches done since the run began.</param>
    /// <param name="values">Names and numbers. null (a metric that was not taken this time) becomes an empty cell and a JSON null; so does a column of the first row that is missing later. NaN and infinities, which JSON has not, become null there.</param>
    /// <exception cref="ArgumentException">A name is not fit for a column, occurs twice, or is not in the first row.</exception>
    /// <exception cref="FileWriteException">The log cannot be written; neither file holds a part of a row.</exception>
    public void Append(long globalStep, IEnumerable<KeyValuePair<string, double?>> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        Dictionary<string, double?> row = new(values, StringComparer.Ordinal);
        string[] columns = _columns ?? [.. row.Keys];
        string header = "";
        if (_columns is null)
        {
            if (columns.FirstOrDefault(name => !IsColumnName(name)) is { } unfit)
                throw new ArgumentException($"'{unfit}' is no column name: letters, digits and _ - . / only, and not '{StepColumn}'.", nameof(values));
            header = Lines([string.Join(',', [StepColumn, .. columns])]);
        }
        else if (row.Keys.Except(columns).FirstOrDefault() is { } unknown)
        {
            throw new ArgumentException($"The log has no column '{unknown}': the first row fixes the columns.", nameof(values));
        }

        double?[] cells = [.. columns.Select(name => row.GetValueOrDefault(name))];
        string step = globalStep.ToString(CultureInfo.InvariantCulture);
        AppendText(_csvPath, header + Lines([string.Join(',', [step, .. cells.Select(Csv)])]));
        _columns = columns;
        AppendText(_jsonLinesPath, Lines([$"{{\"{StepColumn}\":{step}{string.Concat(columns.Zip(cells, (name, cell) => $",\"{name}\":{Json(cell)}"))}}}"]));
    }

    private static bool IsColumnName(string name) =>
        name.Length > 0 && name != StepColumn && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.' or '/');

    private static string Csv(double? cell) => cell?.ToString("R", CultureInfo.InvariantCulture) ?? "";

    private static string Json(double? cell) => cell is { } number && double.IsFinite(number) ? Csv(cell) : "null";

    private static string Lines(string[] lines) => string.Concat(lines.Select(line => line + "\n"));

    private static void AppendText(string path, string text)
    {
        FileWriteException.Guard(path, () =>
        {
            using FileStream stream = new(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
            long length = stream.Length;
            try
            {
                stream.Write(Encoding.UTF8.GetBytes(text));
                stream.Flush(flushToDisk: true);
            }
            catch (Exception cause) when (FileWriteException.IsRefusal(cause))
            {
                stream.SetLength(length);
                throw;
            }
        });
    }

    private static string[] CompleteLines(string path) =>
        File.Exists(path) ? File.ReadAllText(path).Split('\n')[..^1] : [];

    private static long CsvStep(string path, string row, int line) =>
        long.TryParse(row.AsSpan(0, Math.Max(0, row.IndexOf(','))), NumberStyles.None, CultureInfo.InvariantCulture, out long step)
            ? step
            : throw Damaged(path, line);

    private static long JsonStep(string path, string row, int line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(row);
            return document.RootElement.GetProperty(StepColumn).GetInt64();
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw Damaged(path, line);
        }
    }

    private static ConfigurationException Damaged(string path, int line) =>
        new($"'{OneLine.Text(path)}', line {line}: this is no row of a log that begins with a step.");
}

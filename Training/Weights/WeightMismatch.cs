using SegFromScratch.Training.Files;

namespace SegFromScratch.Training.Weights;

/// <summary>How the tensors of a weight file differ from those of a model.</summary>
/// <param name="Missing">Names that the model has and the file has not, in the model's order.</param>
/// <param name="Unexpected">Names that the file has and the model has not, in the file's order.</param>
/// <param name="Misshapen">Names that both have, with different shapes, in the model's order.</param>
public sealed record WeightMismatch(
    IReadOnlyList<string> Missing,
    IReadOnlyList<string> Unexpected,
    IReadOnlyList<(string Name, IReadOnlyList<long> Model, IReadOnlyList<long> File)> Misshapen)
{
    private const int Listed = 5;

    /// <summary>Compares names and shapes.</summary>
    /// <param name="model">The model's tensors.</param>
    /// <param name="file">The file's tensors, without those of an optimiser.</param>
    /// <returns>The differences; null where there are none.</returns>
    public static WeightMismatch? Find(IReadOnlyDictionary<string, IReadOnlyList<long>> model, IEnumerable<WeightEntry> file)
    {
        ArgumentNullException.ThrowIfNull(model);
        Dictionary<string, WeightEntry> entries = file.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
        WeightMismatch mismatch = new(
            [.. model.Keys.Where(name => !entries.ContainsKey(name))],
            [.. entries.Keys.Where(name => !model.ContainsKey(name))],
            [.. model.Where(tensor => entries.TryGetValue(tensor.Key, out WeightEntry? entry) && !entry.Shape.SequenceEqual(tensor.Value))
                .Select(tensor => (tensor.Key, tensor.Value, entries[tensor.Key].Shape))]);
        return mismatch.Missing.Count + mismatch.Unexpected.Count + mismatch.Misshapen.Count == 0 ? null : mismatch;
    }

    /// <summary>A message for the user: the first five of each kind, all counts, and what would mend it.</summary>
    /// <param name="path">The weight file.</param>
    /// <param name="model">The model that the weights were wanted for.</param>
    /// <param name="fileModel">The model that the file says it is of; null where it does not say.</param>
    public string Describe(string path, string model, string? fileModel)
    {
        return $"'{OneLine.Text(path)}' does not fit the model '{OneLine.Text(model)}'.\n{Lists()}\n  {Mend(model, fileModel)}";
    }

    /// <summary>One line for each kind of difference that there is: its count and the first five names.</summary>
    public string Lists()
    {
        string[] lines =
        [
            Line("missing", Missing.Select(OneLine.Text)),
            Line("unexpected", Unexpected.Select(OneLine.Text)),
            Line("of another shape", Misshapen.Select(tensor => $"{OneLine.Text(tensor.Name)} (model {Text(tensor.Model)}, file {Text(tensor.File)})")),
        ];
        return string.Join('\n', lines.Where(line => line.Length > 0));
    }

    private string Mend(string model, string? fileModel)
    {
        if (fileModel is not null && fileModel != model)
            return $"The file is a checkpoint of the model '{OneLine.Text(fileModel)}': choose that model, or another file.";
        return Missing.Count + Unexpected.Count == 0
            ? "Names agree and shapes do not: the number of classes or the widths differ from those that the file was trained with."
            : "Its layers are others: choose the model and the options that the file was trained with.";
    }

    private static string Line(string kind, IEnumerable<string> items)
    {
        string[] all = [.. items];
        string more = all.Length > Listed ? $", and {all.Length - Listed} more" : "";
        return all.Length == 0 ? "" : $"  {all.Length} {kind}: {string.Join(", ", all.Take(Listed))}{more}";
    }

    private static string Text(IReadOnlyList<long> shape) => $"[{string.Join(", ", shape)}]";
}

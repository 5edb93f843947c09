using System.Globalization;
using System.Numerics;
using SegFromScratch.Training.Files;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Training.Weights;

/// <summary>Reads numbers from a weight file's metadata.</summary>
/// <param name="path">The file, for messages.</param>
/// <param name="metadata">The file's metadata.</param>
internal sealed class MetadataReader(string path, IReadOnlyDictionary<string, string> metadata)
{
    /// <summary>A whole number from 0 up.</summary>
    public long Count(string key)
    {
        long count = Number<long>(key);
        return count >= 0 ? count : throw Wrong(key, $"'{count}', which is below 0");
    }

    /// <summary>A number in the invariant culture.</summary>
    public T Number<T>(string key)
        where T : INumber<T>
    {
        if (!metadata.TryGetValue(key, out string? text))
            throw new WeightFileException($"'{OneLine.Text(path)}': the metadata '{key}' is missing.");
        return T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out T? number)
            ? number
            : throw Wrong(key, $"'{OneLine.Text(text)}', which is not a number of its kind");
    }

    /// <summary>All numbers whose keys begin with a prefix, by the rest of the key.</summary>
    public Dictionary<string, T> Numbers<T>(string prefix)
        where T : INumber<T> =>
        metadata.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .ToDictionary(key => key[prefix.Length..], Number<T>, StringComparer.Ordinal);

    private WeightFileException Wrong(string key, string problem) =>
        new($"'{OneLine.Text(path)}': the metadata '{OneLine.Text(key)}' is {problem}.");
}

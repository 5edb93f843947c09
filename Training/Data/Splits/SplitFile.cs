using System.Text.Encodings.Web;
using System.Text.Json;
using SegFromScratch.Training.Data.Layouts;
using SegFromScratch.Training.Files;

namespace SegFromScratch.Training.Data.Splits;

/// <summary>Which sample was in which part of a run, by name: written into the run's folder, and read back with <c>--split FILE</c>.</summary>
/// <param name="Method">How the parts were made, in words.</param>
/// <param name="Seed">The seed of the division.</param>
/// <param name="Train">The samples learned from.</param>
/// <param name="Validation">The samples chosen by.</param>
/// <param name="Test">The samples reported on; empty where there are none.</param>
public sealed record SplitFile(string Method, long Seed, IReadOnlyList<string> Train, IReadOnlyList<string> Validation, IReadOnlyList<string> Test)
{
    /// <summary>The file's name in a run's folder.</summary>
    public const string FileName = "split.json";

    private static readonly JsonSerializerOptions _options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>The division of opened data.</summary>
    public static SplitFile Of(DataSetParts parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        return new SplitFile(parts.Method.ToString().ToLowerInvariant(), parts.Seed, Keys(parts.Train), Keys(parts.Validation), Keys(parts.Test));

        static string[] Keys(IDataSet? part) => part is null ? [] : [.. Enumerable.Range(0, part.Count).Select(part.KeyOf)];
    }

    /// <summary>Reads a split file.</summary>
    /// <exception cref="DataSetException">The file cannot be read, or is no split file.</exception>
    public static SplitFile Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<SplitFile>(File.ReadAllText(path), _options) is { } read && !read.Train.Concat(read.Validation).Concat(read.Test).Contains(null)
                ? read
                : throw new DataSetException($"{path}: no split file; it must hold method, seed, and the names of train, validation and test.");
        }
        catch (JsonException cause)
        {
            string line = cause.LineNumber is { } number ? $", line {number + 1}" : "";
            throw new DataSetException($"{path}{line}: no split file; it must hold method, seed, train, validation and test as a run writes them.", cause);
        }
    }

    /// <summary>Writes the file, whole or not at all.</summary>
    /// <exception cref="FileWriteException">The file cannot be written.</exception>
    public void Write(string path) => AtomicFile.WriteText(path, JsonSerializer.Serialize(this, _options) + "\n");

    /// <summary>The numbers of the samples that the parts name. Samples that no part names are in none.</summary>
    /// <exception cref="DataSetException">A name is of no sample, or is there twice.</exception>
    internal GivenParts Select(string path, IDataSet samples)
    {
        Dictionary<string, int> byKey = [];
        for (int index = 0; index < samples.Count; index++)
        {
            if (!byKey.TryAdd(samples.KeyOf(index), index))
                throw new DataSetException($"{samples.Name}: two images are named {samples.KeyOf(index)}, so a split file cannot tell them apart; rename one.");
        }
        HashSet<int> taken = [];
        return new GivenParts(Numbers("train", Train), Numbers("validation", Validation), Test.Count == 0 ? null : Numbers("test", Test));

        int[] Numbers(string part, IReadOnlyList<string> names)
        {
            int[] numbers = new int[names.Count];
            for (int i = 0; i < numbers.Length; i++)
            {
                string name = OneLine.Text(names[i]);
                if (!byKey.TryGetValue(names[i], out numbers[i]))
                    throw new DataSetException($"{path}: its {part} part names {name}, which {samples.Name} does not have; mend the file or add the image.");
                if (!taken.Add(numbers[i]))
                    throw new DataSetException($"{path}: {name} is named twice; a sample is in one part only.");
            }
            return numbers;
        }
    }
}

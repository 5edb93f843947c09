using System.Text.Json;
using SegFromScratch.Training.Files;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Training.Metrics;

/// <summary>Where a probability becomes a yes, and how small a mask may be, class by class.</summary>
/// <param name="Classes">One a class, in the data set's order.</param>
public sealed record DecisionThresholds(IReadOnlyList<ClassThreshold> Classes)
{
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, NewLine = "\n" };

    /// <summary>Writes them, as a whole or not at all.</summary>
    /// <exception cref="FileWriteException">The file cannot be written.</exception>
    public void Save(string path) => AtomicFile.WriteText(path, JsonSerializer.Serialize(this, s_json) + "\n");

    /// <summary>Reads them; null where there is no file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="classes">Classes that there must be.</param>
    /// <exception cref="ConfigurationException">The file is damaged or of another number of classes.</exception>
    public static DecisionThresholds? Load(string path, int classes)
    {
        if (!File.Exists(path))
            return null;
        try
        {
            DecisionThresholds? read = JsonSerializer.Deserialize<DecisionThresholds>(File.ReadAllText(path), s_json);
            return read?.Classes?.Count == classes && read.Classes.All(c => c.Threshold is > 0 and < 1 && c.MinimumShare is >= 0 and < 1)
                ? read
                : throw new ConfigurationException($"'{OneLine.Text(path)}' must have a threshold and a minimum share between 0 and 1 for each of {classes} classes; search them again.");
        }
        catch (JsonException cause)
        {
            throw new ConfigurationException($"'{OneLine.Text(path)}' is not valid JSON; search the thresholds again.", cause);
        }
    }
}

/// <summary>The decision of one class.</summary>
/// <param name="Threshold">Probabilities above are inside: above 0, below 1.</param>
/// <param name="MinimumShare">A mask of fewer pixels, as a share of the picture's, is taken to be empty: from 0 to below 1.</param>
public sealed record ClassThreshold(double Threshold, double MinimumShare);

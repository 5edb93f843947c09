using System.Text.Json;
using System.Text.Json.Serialization;
using SegFromScratch.Training.Data;
using SegFromScratch.Training.Files;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Training.Metrics;

/// <summary>Where a probability becomes a yes, and how small a mask may be, class by class.</summary>
/// <param name="Classes">One a class, in the data set's order.</param>
public sealed record DecisionThresholds(IReadOnlyList<ClassThreshold> Classes)
{
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, NewLine = "\n" };

    /// <summary>One half for every class, and no least mask.</summary>
    public static DecisionThresholds Standard(int classes) => new([.. Enumerable.Repeat(new ClassThreshold(0.5, 0), classes)]);

    /// <summary>Decides about the probabilities of a picture, class by class: what is above the threshold is inside, and a mask that is smaller than the least one is emptied.</summary>
    /// <param name="probabilities">Classes x Height x Width.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <exception cref="ArgumentException">The sizes do not fit the probabilities.</exception>
    public LayerMasks Decide(ReadOnlySpan<float> probabilities, int width, int height)
    {
        int pixels = width * height;
        var masks = new LayerMasks(width, height, Classes.Count, new byte[probabilities.Length]);
        for (int index = 0; index < Classes.Count; index++)
        {
            ReadOnlySpan<float> plane = probabilities.Slice(index * pixels, pixels);
            Span<byte> mask = masks.Layer(index);
            float threshold = (float)Classes[index].Threshold;
            long area = 0;
            for (int pixel = 0; pixel < plane.Length; pixel++)
            {
                mask[pixel] = plane[pixel] > threshold ? (byte)1 : (byte)0;
                area += mask[pixel];
            }

            if (area < Classes[index].MinimumShare * pixels || area < Classes[index].MinimumArea)
                mask.Clear();
        }

        return masks;
    }

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
            return read?.Classes?.Count == classes && read.Classes.All(c => c is { Threshold: > 0 and < 1, MinimumShare: >= 0 and < 1, MinimumArea: >= 0 })
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
/// <param name="Threshold">Probabilities above are inside: 0 to 1.</param>
/// <param name="MinimumShare">A mask of fewer pixels, as a share of the picture's, is taken to be empty: from 0 to below 1.</param>
/// <param name="MinimumArea">So is a mask of fewer pixels than this, whatever the picture's size: 0 or more.</param>
public sealed record ClassThreshold(double Threshold, double MinimumShare, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] long MinimumArea = 0);

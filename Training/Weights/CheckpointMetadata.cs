using SegFromScratch.Training.Files;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Training.Weights;

/// <summary>What a checkpoint says beside its tensors.</summary>
public sealed record CheckpointMetadata
{
    /// <summary>The format's name and number, under the key <c>format</c>.</summary>
    public const string Format = "segfromscratch-1";

    private const string FormatKey = "format";
    private const string ModelKey = "model";
    private const string ModelOptionsKey = "model_options";
    private const string NotePrefix = "note.";

    /// <summary>The model's name, as the run's configuration gives it.</summary>
    public required string Model { get; init; }

    /// <summary>The model's options as JSON, enough to build it again.</summary>
    public string ModelOptions { get; init; } = "{}";

    /// <summary>Where training stands; null in a file of weights only.</summary>
    public TrainingState? State { get; init; }

    /// <summary>What else whoever uses the weights must know: class names, normalisation, image size.</summary>
    public IReadOnlyDictionary<string, string> Notes { get; init; } = new Dictionary<string, string>();

    /// <summary>The strings for a weight file.</summary>
    public IReadOnlyDictionary<string, string> ToStrings()
    {
        Dictionary<string, string> metadata = new(StringComparer.Ordinal)
        {
            [FormatKey] = Format,
            [ModelKey] = Model,
            [ModelOptionsKey] = ModelOptions,
        };
        State?.WriteTo(metadata);
        foreach ((string name, string note) in Notes)
            metadata[NotePrefix + name] = note;
        return metadata;
    }

    /// <summary>The model that a weight file's strings name; null where they name none.</summary>
    public static string? ModelOf(IReadOnlyDictionary<string, string> metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return metadata.GetValueOrDefault(ModelKey);
    }

    /// <summary>Reads a weight file's strings.</summary>
    /// <exception cref="WeightFileException">The file is no checkpoint of this program, or of a newer one, or its state is damaged.</exception>
    public static CheckpointMetadata Read(string path, IReadOnlyDictionary<string, string> metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        if (!metadata.TryGetValue(FormatKey, out string? format) || !metadata.TryGetValue(ModelKey, out string? model))
            throw new WeightFileException($"'{OneLine.Text(path)}': this holds tensors but is no checkpoint of SegFromScratch: its metadata name no format and model.");
        if (format != Format)
            throw new WeightFileException($"'{OneLine.Text(path)}': its format is '{OneLine.Text(format)}'; this program reads checkpoints of format '{Format}'.");
        return new CheckpointMetadata
        {
            Model = model,
            ModelOptions = metadata.GetValueOrDefault(ModelOptionsKey, "{}"),
            State = TrainingState.Read(path, metadata),
            Notes = metadata.Where(pair => pair.Key.StartsWith(NotePrefix, StringComparison.Ordinal))
                .ToDictionary(pair => pair.Key[NotePrefix.Length..], pair => pair.Value, StringComparer.Ordinal),
        };
    }
}

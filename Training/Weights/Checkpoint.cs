using SegFromScratch.Training.Files;

namespace SegFromScratch.Training.Weights;

/// <summary>
/// A weight file of this program: the model's tensors under their own names, the optimiser's moments under
/// <c>optimizer.{parameter}.{moment}</c>, and <see cref="CheckpointMetadata"/>. Tensors are read when they are asked for.
/// </summary>
public sealed class Checkpoint : IDisposable
{
    private const string OptimizerPrefix = "optimizer.";

    private Checkpoint(SafeTensorsFile file, CheckpointMetadata metadata) => (File, Metadata) = (file, metadata);

    /// <summary>The open file, to read tensors from.</summary>
    public SafeTensorsFile File { get; }

    /// <summary>Model, options, training state and notes.</summary>
    public CheckpointMetadata Metadata { get; }

    /// <summary>The model's own tensors: all but the optimiser's.</summary>
    public IEnumerable<WeightEntry> ModelEntries => File.Entries.Where(entry => !IsOptimizerTensor(entry.Name));

    /// <summary>The name that an optimiser's moment has in a checkpoint.</summary>
    /// <param name="parameter">The parameter's own name.</param>
    /// <param name="moment">For example <c>momentum</c>, <c>first</c> or <c>second</c>; without a dot.</param>
    public static string OptimizerTensorName(string parameter, string moment) => $"{OptimizerPrefix}{parameter}.{moment}";

    /// <summary>Writes a checkpoint as a whole or not at all.</summary>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="tensors">The model's tensors and, to resume from, the optimiser's, in the order to write.</param>
    /// <param name="metadata">What the file says beside them.</param>
    /// <exception cref="ArgumentException">A name occurs twice.</exception>
    /// <exception cref="Files.FileWriteException">The file cannot be written; an old one is untouched.</exception>
    public static void Save(string path, IEnumerable<KeyValuePair<string, WeightTensor>> tensors, CheckpointMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        SafeTensorsWriter.Write(path, tensors, metadata.ToStrings());
    }

    /// <summary>Opens a checkpoint. Dispose it before the same file is saved again: Windows does not replace an open file.</summary>
    /// <exception cref="WeightFileException">The file is missing, damaged, or no checkpoint of this program.</exception>
    public static Checkpoint Load(string path)
    {
        SafeTensorsFile file = SafeTensorsFile.Open(path);
        try
        {
            return new Checkpoint(file, CheckpointMetadata.Read(path, file.Metadata));
        }
        catch (WeightFileException)
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Compares the checkpoint with a model.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="shapes">The names and shapes of the model's tensors.</param>
    /// <exception cref="WeightFileException">Some do not fit; the message lists them and says what would mend it.</exception>
    public void RequireFit(string model, IReadOnlyDictionary<string, IReadOnlyList<long>> shapes)
    {
        if (WeightMismatch.Find(shapes, ModelEntries) is { } mismatch)
            throw new WeightFileException(mismatch.Describe(File.Path, model, Metadata.Model));
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => File.Dispose();

    /// <summary>Whether a name is that of an optimiser's moment.</summary>
    internal static bool IsOptimizerTensor(string name) => name.StartsWith(OptimizerPrefix, StringComparison.Ordinal);
}

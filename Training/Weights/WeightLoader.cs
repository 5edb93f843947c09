using SegFromScratch.Layers.Models;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Training.Weights;

/// <summary>
/// Starts a model from weights trained elsewhere. Names must agree, but for what <see cref="WeightNames"/> knows: prefixes, and the names of some other programs.
/// The matrix of a full layer fits a convolution of as many elements that sees the whole map: VGG16's first two full layers are FCN's fc6 and fc7.
/// </summary>
public static class WeightLoader
{
    // A counter of PyTorch's normalisation that only its momentum-free mode reads.
    private const string BatchCounter = "num_batches_tracked";

    /// <summary>Reads weights and running statistics.</summary>
    /// <param name="model">The model, which keeps its own values where the file has none that fit.</param>
    /// <param name="file">A file of weights, of this program or of PyTorch.</param>
    /// <param name="partial">True to take what fits and leave the rest.</param>
    /// <returns>What was read, and what did not fit.</returns>
    /// <exception cref="WeightFileException">Something does not fit and <paramref name="partial"/> is false, or nothing fits at all, or the file is damaged; in the first two cases the model is unchanged.</exception>
    public static WeightLoad Load(SegmentationModel model, WeightSource file, bool partial)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(file);
        Dictionary<string, Parameter> parameters = model.Parameters().ToDictionary(p => p.FullName, p => p.Parameter, StringComparer.Ordinal);
        Dictionary<string, WeightEntry> entries = EntriesByModelName(parameters, file);
        WeightMismatch? mismatch = WeightMismatch.Find(
            parameters.ToDictionary(p => p.Key, p => (IReadOnlyList<long>)ParameterShape.Of(p.Value)), entries.Select(entry => entry.Value with { Name = entry.Key }));
        HashSet<string> unfit = mismatch is null ? [] : [.. mismatch.Missing, .. mismatch.Misshapen.Select(tensor => tensor.Name)];
        if (mismatch is not null && (!partial || unfit.Count == parameters.Count))
            throw new WeightFileException(mismatch.Describe(file.Path, model.Name, ModelOf(file)) + (partial ? "\n  Nothing fits." : "\n  To take what fits and leave the rest, add --partial."));
        foreach ((string name, Parameter parameter) in parameters.Where(p => !unfit.Contains(p.Key)))
            parameter.Value.Write(file.ReadSingle(entries[name].Name));
        return new WeightLoad(parameters.Count - unfit.Count, mismatch);
    }

    private static Dictionary<string, WeightEntry> EntriesByModelName(Dictionary<string, Parameter> parameters, WeightSource file)
    {
        Dictionary<string, WeightEntry> entries = new(StringComparer.Ordinal);
        foreach (WeightEntry entry in file.Entries)
        {
            if (parameters.TryGetValue(entry.Name, out Parameter? parameter))
                entries.Add(entry.Name, AsConvolution(entry, parameter));
        }

        foreach (WeightEntry entry in file.Entries.Where(entry => !parameters.ContainsKey(entry.Name) && !IsLeftOut(entry.Name)))
        {
            // A second tensor for the same place keeps its own name, so that it is listed as unexpected.
            string name = WeightNames.Candidates(entry.Name).FirstOrDefault(parameters.ContainsKey, entry.Name);
            WeightEntry fitted = parameters.TryGetValue(name, out Parameter? renamed) ? AsConvolution(entry, renamed) : entry;
            if (!entries.TryAdd(name, fitted))
                entries.TryAdd(entry.Name, entry);
        }

        return entries;
    }

    private static WeightEntry AsConvolution(WeightEntry entry, Parameter parameter)
    {
        long[] shape = ParameterShape.Of(parameter);
        bool isFullLayer = entry.Shape.Count == 2 && shape.Length == 4 && entry.Shape[0] == shape[0] && entry.Shape[1] == shape[1] * shape[2] * shape[3];
        return isFullLayer ? entry with { Shape = shape } : entry;
    }

    private static bool IsLeftOut(string name) => Checkpoint.IsOptimizerTensor(name) || name.EndsWith("." + BatchCounter, StringComparison.Ordinal);

    private static string? ModelOf(WeightSource file) => file is SafeTensorsFile own ? CheckpointMetadata.ModelOf(own.Metadata) : null;
}

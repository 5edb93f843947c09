using SegFromScratch.Layers.Models;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Training.Weights;

/// <summary>
/// Starts a model from weights trained elsewhere. Names must agree, but for the prefix <c>backbone.</c>, which a file of an encoder alone lacks and others have,
/// and <c>module.</c>, which PyTorch's <c>DataParallel</c> adds.
/// </summary>
public static class WeightLoader
{
    private const string Backbone = "backbone.";
    private const string DataParallel = "module.";

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
            if (parameters.ContainsKey(entry.Name))
                entries.Add(entry.Name, entry);
        }

        foreach (WeightEntry entry in file.Entries.Where(entry => !parameters.ContainsKey(entry.Name) && !IsLeftOut(entry.Name)))
        {
            // A second tensor for the same place keeps its own name, so that it is listed as unexpected.
            string name = OtherNames(entry.Name).FirstOrDefault(parameters.ContainsKey, entry.Name);
            if (!entries.TryAdd(name, entry))
                entries.TryAdd(entry.Name, entry);
        }

        return entries;
    }

    private static IEnumerable<string> OtherNames(string name)
    {
        string bare = WithoutPrefix(name, DataParallel);
        return [bare, Backbone + bare, WithoutPrefix(bare, Backbone)];
    }

    private static string WithoutPrefix(string name, string prefix) => name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : name;

    private static bool IsLeftOut(string name) => Checkpoint.IsOptimizerTensor(name) || name.EndsWith("." + BatchCounter, StringComparison.Ordinal);

    private static string? ModelOf(WeightSource file) => file is SafeTensorsFile own ? CheckpointMetadata.ModelOf(own.Metadata) : null;
}

using SegFromScratch.Layers.Models;
using SegFromScratch.Layers.Modules;
using SegFromScratch.Training.Files;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Training.Optimization;

/// <summary>Parts of a network by name.</summary>
internal static class ModelParts
{
    /// <summary>The part that each network knows by itself.</summary>
    public const string Encoder = "encoder";

    /// <summary>
    /// The parameters whose names begin with a part's, whole parts between dots: <c>layer1</c> has <c>layer1.0.weight</c> but not <c>layer10.weight</c>.
    /// <c>encoder</c> also has the network's <see cref="SegmentationModel.Encoder"/>, whatever its parameters are called.
    /// </summary>
    /// <exception cref="ConfigurationException">There is none.</exception>
    public static IReadOnlyList<(string FullName, Parameter Parameter)> Select(SegmentationModel model, string part)
    {
        HashSet<Parameter> encoder = part == Encoder ? [.. model.Encoder.SelectMany(module => module.Parameters()).Select(p => p.Parameter)] : [];
        List<(string, Parameter)> selected = [.. model.Parameters().Where(p => IsIn(p.FullName, part) || encoder.Contains(p.Parameter))];
        if (selected.Count > 0)
            return selected;
        IEnumerable<string> first = model.Parameters().Select(p => p.FullName.Split('.')[0]).Distinct();
        throw new ConfigurationException($"{model.Name} has no part '{OneLine.Text(part)}'{NearestName.Hint(part, [Encoder, .. first])}");
    }

    private static bool IsIn(string name, string part) =>
        name.StartsWith(part, StringComparison.Ordinal) && (name.Length == part.Length || name[part.Length] == '.');
}

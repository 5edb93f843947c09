using SegFromScratch.Layers.Encoders;
using SegFromScratch.Layers.Models;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Training.Reports.Diagram;

/// <summary>
/// Which modules of a network are drawn as one: the parts of an encoder as a whole, for what is inside them repeats, and of all else the single layers, for that is where networks differ.
/// </summary>
internal static class NetworkBlocks
{
    /// <summary>The modules, none inside another, and whether each is of the encoder.</summary>
    /// <param name="model">The network.</param>
    /// <param name="flow">How its data flow.</param>
    public static IEnumerable<(Module Module, bool IsEncoder)> Of(SegmentationModel model, DataFlow flow)
    {
        HashSet<Module> encoder = [.. model.Encoder];
        return Children(model).SelectMany(child => Walk(child, isInEncoder: false));

        IEnumerable<(Module, bool)> Walk(Module module, bool isInEncoder)
        {
            Module[] children = Children(module);
            bool isEncoder = isInEncoder || encoder.Contains(module);
            bool isWhole = flow.EndOf(module) is not null && module is not IEncoder && !(isInEncoder && IsRowOfLayers(module, children));
            return children.Length == 0 || (isEncoder && isWhole) ? [(module, isEncoder)] : children.SelectMany(child => Walk(child, isEncoder));
        }
    }

    private static bool IsRowOfLayers(Module module, Module[] children) => module is Sequence && Array.TrueForAll(children, child => Children(child).Length == 0);

    // The modules inside come with all of theirs: a child is one that is in none of the others.
    private static Module[] Children(Module module)
    {
        Module[] inside = [.. module.Modules().Select(inner => inner.Module)];
        HashSet<Module> deeper = [.. inside.SelectMany(inner => inner.Modules()).Select(inner => inner.Module)];
        return [.. inside.Where(inner => !deeper.Contains(inner))];
    }
}

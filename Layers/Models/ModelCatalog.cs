using SegFromScratch.Engine.Devices;
using SegFromScratch.Layers.Models.Definitions;

namespace SegFromScratch.Layers.Models;

/// <summary>Networks by name.</summary>
public static class ModelCatalog
{
    private static readonly Dictionary<string, ModelDefinition> s_models =
        ((ModelDefinition[])[.. UNetDefinitions.All, .. FcnDefinitions.All, .. DeepLabDefinitions.All]).ToDictionary(model => model.Name);

    /// <summary>The names, with one line about each.</summary>
    public static IReadOnlyDictionary<string, string> Models { get; } = s_models.ToDictionary(pair => pair.Key, pair => pair.Value.Summary);

    /// <summary>The paper or the code whose network it is.</summary>
    /// <exception cref="ArgumentException">The name is unknown.</exception>
    public static string SourceOf(string name) => Find(name).Source;

    /// <summary>What may be chosen about a network.</summary>
    /// <exception cref="ArgumentException">The name is unknown.</exception>
    public static IReadOnlyList<ModelSetting> SettingsOf(string name) => Find(name).Settings;

    /// <summary>Makes a network with random weights.</summary>
    /// <param name="name">One of <see cref="Models"/>.</param>
    /// <param name="device">Where its parameters lie.</param>
    /// <param name="classes">Logits a pixel, at least 1.</param>
    /// <param name="choices">What differs from the network's defaults.</param>
    /// <param name="seed">Fixes the random start.</param>
    /// <exception cref="ArgumentException">The name is unknown, or a choice is impossible.</exception>
    public static SegmentationModel Create(string name, Device device, int classes, ModelChoices choices, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(choices);
        ModelDefinition model = Find(name);
        if (classes < 1)
            throw new ArgumentException($"a network needs at least 1 class, not {classes}", nameof(classes));
        choices.Check(name, model.Settings);
        return model.Create(device, classes, choices, seed);
    }

    private static ModelDefinition Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return s_models.TryGetValue(name, out ModelDefinition? model)
            ? model
            : throw new ArgumentException($"model '{name}' is unknown: choose {string.Join(", ", s_models.Keys)}", nameof(name));
    }
}

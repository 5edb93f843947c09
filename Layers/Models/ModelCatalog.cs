using SegFromScratch.Engine.Devices;

namespace SegFromScratch.Layers.Models;

/// <summary>What a caller may choose about a network; null takes the network's own default.</summary>
/// <param name="BaseFilters">The filters of the first level.</param>
/// <param name="Dropout">The share of activations dropped.</param>
public sealed record ModelChoices(int? BaseFilters = null, float? Dropout = null);

/// <summary>Networks by name.</summary>
public static class ModelCatalog
{
    private delegate SegmentationModel Factory(Device device, int classes, ModelChoices choices, ulong seed);

    private static readonly Dictionary<string, (string Summary, Factory Create)> s_models = new()
    {
        ["unet"] = ("U-Net with 'same' convolutions, 8 filters at the first level unless told otherwise", CreateUNet),
        ["unet2015"] = ("the original U-Net with valid convolutions and 64 filters; inputs of 16 m + 12", CreateUNet2015),
    };

    /// <summary>The names, with one line about each.</summary>
    public static IReadOnlyDictionary<string, string> Models { get; } = s_models.ToDictionary(pair => pair.Key, pair => pair.Value.Summary);

    /// <summary>Makes a network with random weights.</summary>
    /// <param name="name">One of <see cref="Models"/>.</param>
    /// <param name="device">Where its parameters lie.</param>
    /// <param name="classes">Logits a pixel, at least 1.</param>
    /// <param name="choices">What differs from the network's defaults.</param>
    /// <param name="seed">Fixes the random start.</param>
    /// <exception cref="ArgumentException">The name is unknown, or a choice is impossible.</exception>
    public static SegmentationModel Create(string name, Device device, int classes, ModelChoices choices, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(choices);
        if (!s_models.TryGetValue(name, out (string Summary, Factory Create) model))
            throw new ArgumentException($"model '{name}' is unknown: choose {string.Join(", ", s_models.Keys)}", nameof(name));
        if (classes < 1)
            throw new ArgumentException($"a network needs at least 1 class, not {classes}", nameof(classes));
        if (choices.BaseFilters is < 1 or > 1024)
            throw new ArgumentException($"the filters of the first level must lie from 1 to 1024, not {choices.BaseFilters}", nameof(choices));
        if (choices.Dropout is not (null or (>= 0 and < 1)))
            throw new ArgumentException($"dropout must lie from 0 to below 1, not {choices.Dropout}", nameof(choices));
        return model.Create(device, classes, choices, seed);
    }

    private static UNet CreateUNet(Device device, int classes, ModelChoices choices, ulong seed) =>
        new(device, classes, choices.BaseFilters ?? 8, choices.Dropout ?? 0.2f, seed: seed);

    private static UNet2015 CreateUNet2015(Device device, int classes, ModelChoices choices, ulong seed) =>
        choices.Dropout is null
            ? new UNet2015(device, classes, choices.BaseFilters ?? 64, seed: seed)
            : throw new ArgumentException("unet2015 has a fixed dropout of 0.5", nameof(choices));
}

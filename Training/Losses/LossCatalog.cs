using System.Text.Json;
using SegFromScratch.Kernels.CrossEntropy;
using SegFromScratch.Kernels.FocalLoss;
using SegFromScratch.Kernels.TverskyLoss;
using SegFromScratch.Training.Files;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Training.Losses;

/// <summary>The losses there are.</summary>
internal static class LossCatalog
{
    /// <summary>By the name of a term.</summary>
    public static IReadOnlyDictionary<string, LossDefinition> Losses { get; } = new Dictionary<string, LossDefinition>
    {
        ["cross-entropy"] = new("softmax cross-entropy; smoothing=0 to 1, weights=median-frequency or one number a class as 1/2/5", TargetKinds.ClassMaps, ["smoothing", "weights"], CreateCrossEntropy),
        ["bce"] = new("binary cross-entropy of each class", TargetKinds.Layers, [], (_, _) => new BinaryCrossEntropyLoss()),
        ["focal"] = new("cross-entropy that damps sure answers; gamma=2, alpha=0 to 1 (none), or one number a class as 0.25/0.5/0.75", TargetKinds.Both, ["gamma", "alpha"], CreateFocal),
        ["dice"] = new("1 - soft Dice; squared, each-class, smooth=1", TargetKinds.Both, ["squared", "each-class", "smooth"], CreateDice),
        ["tversky"] = new("1 - Tversky index; alpha=0.3 (price of false positives), beta=0.7 (of false negatives), each-class, smooth=1", TargetKinds.Both, ["alpha", "beta", "each-class", "smooth"], CreateTversky),
        ["lovasz"] = new("a surrogate of 1 - mean IoU: Lovász-softmax of class maps, Lovász hinge of masks that may overlap", TargetKinds.Both, [], (_, context) => new LovaszLoss(context.IgnoreIndex)),
    };

    private static CrossEntropyLoss CreateCrossEntropy(NamedOptions options, LossContext context)
    {
        float smoothing = Number(options, "smoothing", 0);
        if (!(smoothing is >= 0 and <= 1))
            throw new ConfigurationException($"cross-entropy: smoothing lies between 0 and 1, not {smoothing}.");
        string weights = options.GetString("weights", context.ClassWeights);
        return new CrossEntropyLoss(new CrossEntropyOptions { IgnoreIndex = context.IgnoreIndex, LabelSmoothing = smoothing }, ClassWeights.Create(weights, context.DataSet, context.Device));
    }

    private static FocalCrossEntropyLoss CreateFocal(NamedOptions options, LossContext context)
    {
        float[]? alphas = Alphas(options, context.DataSet.ClassNames.Count);
        var chosen = new FocalLossOptions
        {
            Gamma = Number(options, "gamma", 2),
            Alpha = alphas is null && options.Options.ContainsKey("alpha") ? Number(options, "alpha", 0) : null,
            IgnoreIndex = context.IgnoreIndex,
        };
        return chosen.Gamma >= 0 && chosen.Alpha is null or (>= 0 and <= 1)
            ? new FocalCrossEntropyLoss(chosen, alphas is null ? null : ClassWeights.OnDevice(alphas, context.Device))
            : throw new ConfigurationException($"focal: gamma is 0 or more, alpha from 0 to 1, not {chosen.Gamma} and {chosen.Alpha}.");
    }

    // One number is a number in JSON; several are text.
    private static float[]? Alphas(NamedOptions options, int classes)
    {
        if (!options.Options.TryGetValue("alpha", out JsonElement value) || value.ValueKind != JsonValueKind.String)
            return null;
        return ClassWeights.Read(value.GetString()!, classes, largest: 1)
            ?? throw new ConfigurationException($"focal: alpha '{OneLine.Text(value.GetString()!)}' must be a number from 0 to 1, or {classes} of them, one a class, as 0.25/0.5/0.75.");
    }

    private static DiceLoss CreateDice(NamedOptions options, LossContext context) =>
        new(context.IgnoreIndex, options.GetBoolean("squared", false), EachClass(options, context), Smooth(options));

    private static TverskyIndexLoss CreateTversky(NamedOptions options, LossContext context)
    {
        var chosen = new TverskyLossOptions
        {
            Alpha = Number(options, "alpha", 0.3),
            Beta = Number(options, "beta", 0.7),
            EachChannel = EachClass(options, context),
            Smooth = Smooth(options),
        };
        return chosen.Alpha >= 0 && chosen.Beta >= 0
            ? new TverskyIndexLoss(context.IgnoreIndex, chosen)
            : throw new ConfigurationException($"tversky: alpha and beta are 0 or more, not {chosen.Alpha} and {chosen.Beta}.");
    }

    // The classes of a map share its pixels, most of which belong to a few: together, rare classes would hardly count.
    private static bool EachClass(NamedOptions options, LossContext context) => options.GetBoolean("each-class", !context.DataSet.IsMultiLabel);

    private static float Smooth(NamedOptions options)
    {
        float smooth = Number(options, "smooth", 1);
        return smooth > 0 ? smooth : throw new ConfigurationException($"{options.Name}: smooth is above 0, not {smooth}.");
    }

    private static float Number(NamedOptions options, string setting, double standard) => (float)options.GetDouble(setting, standard);
}
